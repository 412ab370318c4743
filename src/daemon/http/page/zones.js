import { attribute, h, keyed, shown, text } from "./dom.js";
import { showPicture } from "./pictures.js";
import { ask, reasonOf, watchSession } from "./session.js";
import { NO_CAMERA } from "./words.js";
import { openCanvas } from "./zone-canvas.js";
import { Drawing } from "./zone-drawing.js";
import { openZoneForm } from "./zone-form.js";

const EVERY_MS = 5000;

/** The part where zones and lines are drawn on the picture of a camera. */
export function openZones(part) {
  const room = rooms(part);
  const { choice, output, image, notice, list, none, news, frame, refusal } = room;
  let view = null;
  let zones = [];
  /** The zone that is edited: as it was seen, and as it is drawn. */
  let edited = null;
  let drawing = null;
  let mayChange = false;

  const canvas = openCanvas({
    changed: () => form.update(drawing),
    picked: (id) => edit(zones.find((zone) => zone.id === id)),
  });
  const form = openZoneForm({
    save: () => save(edited.revision),
    undo() {
      drawing.undo();
      draw();
    },
    add: addPoint,
    cancel: () => edit(null),
    remove,
    overwrite: () => save(edited.now.revision),
    theirs: () => edit(edited.now),
  });
  frame.append(canvas.element);
  room.side.prepend(form.element);

  const camera = () => view?.state.cameras.find(({ id }) => id === choice.value) ?? null;
  const here = () => zones.filter((zone) => zone.camera === null || zone.camera === choice.value);

  async function load() {
    const response = await fetch("/api/zones").catch(() => null);
    if (!response?.ok) return;
    zones = (await response.json()).zones;
    draw();
  }

  function edit(zone) {
    edited = zone ?? null;
    drawing = edited === null ? null : new Drawing(edited);
    form.open(edited, freeName(zones, edited?.kind));
    draw();
    if (edited === null || edited.id === null) return;
    const { id } = edited;
    void fetch(`/api/zones/${id}`)
      .catch(() => null)
      .then(async (response) => {
        if (response?.ok && edited?.id === id) form.uses(await response.json());
      });
  }

  function draw() {
    canvas.show(
      here().filter(({ id }) => id !== edited?.id),
      drawing,
    );
    for (const button of news) button.disabled = edited !== null || !mayChange || choice.value === "";
    choice.disabled = edited !== null;
    if (drawing !== null) form.update(drawing);
    shown(list.parentElement, edited === null);
    shown(none, here().length === 0);
    keyed(list, here(), { key: ({ id }) => id, create: createRow, update: updateRow });
  }

  function createRow({ id }) {
    const row = {
      button: h("button", { type: "button", className: "row" }, id),
      more: h("span", { className: "below" }),
    };
    row.element = h("li", {}, row.button, row.more);
    row.button.addEventListener("click", () => edit(zones.find((zone) => zone.id === id)));
    return row;
  }

  function updateRow({ more }, zone) {
    const users = zone.used_by.map(({ pipeline, parameter }) => `${pipeline}.${parameter}`);
    const origin = zone.origin === "config" ? "in the config" : zone.over_config ? "drawn over the config's" : "drawn";
    const use = users.length === 0 ? "not used" : `used by ${users.join(", ")}`;
    text(more, [zone.kind, origin, zone.camera === null ? "every camera" : null, use].filter(Boolean).join(" · "));
  }

  /** For who has no pointer: in the middle of the picture, or of the longest edge. */
  function addPoint() {
    const lengths = drawing.middles.map(([x, y], i) => Math.hypot(x - drawing.points[i][0], y - drawing.points[i][1]));
    const longest = lengths.indexOf(Math.max(...lengths));
    const at = drawing.points.length;
    const index =
      longest < 0 ? drawing.add(SPREAD[at % SPREAD.length]) : drawing.insert(longest, drawing.middles[longest]);
    draw();
    canvas.focusPoint(index);
  }

  async function save(revision) {
    const why = nameFault(form.name) ?? drawing.lack;
    if (why !== null) return form.say(why);
    drawing.close();
    const zone = {
      ...(!form.isEverywhere && { camera: edited.camera ?? choice.value }),
      [edited.kind]: drawing.points,
    };
    const answer = await send(form.name, "PUT", revision, zone);
    if (answer === null) return;
    await load();
    edit(answer.zone);
    form.done("Saved, and in force from now on.");
  }

  async function remove() {
    if ((await send(edited.id, "DELETE", edited.revision)) === null) return;
    text(room.said, `Zone ${edited.id} is deleted.`);
    edit(null);
    await load();
  }

  /** The answer; null where it was refused, which the form says. */
  async function send(id, method, revision, zone) {
    form.busy(true);
    const headers = {
      "content-type": "application/json",
      ...(revision === undefined ? { "if-none-match": "*" } : { "if-match": `"${revision}"` }),
    };
    const body = zone === undefined ? {} : { body: JSON.stringify(zone) };
    const response = await ask(`/api/zones/${id}`, { method, headers, ...body }).catch(() => null);
    form.busy(false);
    if (response?.ok) return response.json();
    if (response === null) form.say("Not saved: the daemon is not reachable.");
    else if (response.status === 412) await conflict(id, response);
    else form.say(`Not saved: ${await reasonOf(response)}`);
    return null;
  }

  async function conflict(id, response) {
    const { message, zone } = (await response.json()).error;
    edited.now = zone ?? { ...edited, id: null, revision: undefined, origin: undefined };
    const isTaken = edited.id === null && zone !== null;
    form.say(`Not saved: ${message}.${isTaken ? " Choose another name." : ""}`, !isTaken);
    await load();
    if (isTaken) form.focusName();
    else text(room.said, `Zone ${id} was changed elsewhere.`);
  }

  function pressed(event) {
    if (drawing === null || event.target.closest("dialog")) return;
    const isText = event.target.matches("input:not([type=checkbox])");
    if (event.key === "Escape") {
      if (canvas.letGo()) return;
      if (drawing.isChanged && form.isWarned !== drawing.points) {
        form.isWarned = drawing.points;
        form.say("Not saved yet. Escape once more throws the changes away.");
      } else edit(null);
    } else if (event.key.toLowerCase() === "z" && (event.ctrlKey || event.metaKey) && !isText) {
      event.preventDefault();
      drawing.undo();
      draw();
    }
  }

  const start = (kind) => edit({ id: null, kind, points: [], camera: choice.value });
  for (const [button, kind] of [
    [news[0], "polygon"],
    [news[1], "line"],
  ])
    button.addEventListener("click", () => start(kind));
  choice.addEventListener("change", () => {
    history.replaceState(null, "", `#zones/${choice.value}`);
    redraw();
    draw();
  });
  output.addEventListener("change", () => redraw());
  image.addEventListener("load", () => shown(room.partial, isPartial(image, camera()?.stream)));
  addEventListener("keydown", pressed);
  const timer = setInterval(() => !document.hidden && void load(), EVERY_MS);
  const unwatch = watchSession(({ changes, has_token: hasToken, why }) => {
    mayChange = changes || hasToken;
    shown(refusal, !mayChange);
    text(refusal, mayChange ? "" : `Zones cannot be changed from here: ${why.message}. ${why.hint}.`);
    draw();
  });
  void load();

  function redraw() {
    const cameras = view.state.cameras.map(({ id }) => id);
    const wanted = choice.value || decodeURIComponent(location.hash.split("/")[1] ?? "");
    keyed(choice, cameras, { key: (id) => id, create: (id) => h("option", { value: id }, id) });
    choice.value = cameras.includes(wanted) ? wanted : (cameras[0] ?? "");
    shown(room.tools, cameras.length > 0);
    shown(room.main, cameras.length > 0);
    shown(room.empty, cameras.length === 0);
    const found = camera();
    if (found === null) return;
    keyed(output, found.pictures, { key: (name) => name, create: (name) => h("option", { value: name }, name) });
    if (!found.pictures.includes(output.value)) output.value = found.shown ?? found.pictures[0] ?? "";
    shown(output.parentElement, found.pictures.length > 1);
    const { width, height } = found.stream ?? { width: 16, height: 9 };
    frame.style.aspectRatio = `${width} / ${height}`;
    const isLive = found.state === "online" && output.value !== "" && view.error === null;
    shown(image, isLive);
    showPicture(image, isLive ? `${found.id}/${output.value}` : null);
    text(notice, isLive ? "" : whyNoPicture(found, view));
    attribute(canvas.element, "aria-label", `Zones in the picture of camera ${found.id}`);
  }

  return {
    update(next) {
      view = next;
      redraw();
      draw();
    },
    close() {
      clearInterval(timer);
      unwatch();
      removeEventListener("keydown", pressed);
      showPicture(image, null);
      canvas.close();
    },
  };
}

/** Where points begin that are set without a pointer. */
const SPREAD = [[0.3, 0.3], [0.7, 0.3], [0.7, 0.7], [0.3, 0.7], [0.5, 0.5]]; // biome-ignore format: points

function rooms(part) {
  const choice = h("select", { id: "zone-camera", autocomplete: "off" });
  const output = h("select", { autocomplete: "off" });
  const news = ["New polygon", "New line"].map((name) => h("button", { type: "button" }, name));
  const image = h("img", { alt: "", hidden: true });
  const notice = h("p", { className: "notice" });
  const frame = h("div", { className: "picture frame" }, image, notice);
  const partial = h(
    "p",
    { className: "hint", hidden: true },
    "This output is not the whole picture of the camera: zones would not lie where they seem to.",
  );
  const list = h("ul", { className: "zones" });
  const none = h("p", { className: "hint" }, "No zone lies in this picture yet.");
  const said = h("p", { className: "unseen", role: "status" });
  const refusal = h("p", { className: "fault", hidden: true });
  const side = h(
    "div",
    { className: "side" },
    h("section", { className: "panel" }, h("h3", {}, "Zones and lines"), none, list),
  );
  const tools = h(
    "div",
    { className: "tools" },
    h("label", { htmlFor: "zone-camera" }, "Camera"),
    choice,
    h("label", {}, "Picture ", output),
    h("span", { className: "news" }, ...news),
  );
  const main = h("div", { className: "zone-room" }, h("div", {}, frame, partial), side);
  const empty = h("p", { className: "empty", hidden: true }, NO_CAMERA);
  part.append(h("h2", { className: "unseen" }, "Zones"), refusal, tools, main, empty, said);
  return { choice, output, news, image, notice, frame, partial, list, none, said, side, refusal, tools, main, empty };
}

function freeName(zones, kind) {
  const base = kind === "line" ? "line" : "zone";
  const taken = new Set(zones.map(({ id }) => id));
  for (let i = 1; ; i++) if (!taken.has(`${base}-${i}`)) return `${base}-${i}`;
}

function nameFault(name) {
  if (/^[a-z0-9_-]{1,64}$/.test(name)) return null;
  return name === "" ? "It needs a name." : "The name takes 1 to 64 of a-z, 0-9, _ and -.";
}

/** Whether a picture has another form than the camera's. */
function isPartial({ naturalWidth: width, naturalHeight: height }, stream) {
  if (!stream || height === 0) return false;
  return Math.abs(width / height / (stream.width / stream.height) - 1) > 0.02;
}

function whyNoPicture({ state, pictures, error }, view) {
  if (view.error !== null) return "The daemon is not reachable.";
  if (pictures.length === 0) return "Its workflow has no output with a picture; zones can be drawn all the same.";
  return state === "online" ? "" : `No picture: ${error ?? state}`;
}
