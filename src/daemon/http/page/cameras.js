import { attribute, facts, h, keyed, shown, text } from "./dom.js";
import { pausePictures, showPicture } from "./pictures.js";
import { CAMERA_STATES, clock, count, DROPS, duration, HINTS, milliseconds, NO_CAMERA } from "./words.js";

/** From so many cameras on they can be searched. */
const MANY = 9;
/** Outputs on a card; the part of outputs has them all. */
const VALUES = 4;

/** The part with a card for each camera. */
export function openCameras(part) {
  const search = h("input", { type: "search", placeholder: "Find a camera", "aria-label": "Find a camera" });
  const trouble = h("input", { type: "checkbox" });
  const pause = h("button", { type: "button", "aria-pressed": "false" }, "Pause pictures");
  const summary = h("p", { className: "summary" });
  const filters = h("div", { className: "filters" }, search, h("label", {}, trouble, " Only with trouble"));
  const grid = h("div", { className: "cards" });
  const empty = h("p", { className: "empty" });
  part.append(
    h("h2", { className: "unseen" }, "Cameras"),
    h("div", { className: "tools" }, summary, filters, pause),
    grid,
    empty,
  );
  let view = null;
  const draw = () => view !== null && drawCameras({ view, search, trouble, summary, filters, pause, grid, empty });
  search.addEventListener("input", draw);
  trouble.addEventListener("change", draw);
  pause.addEventListener("click", () => {
    const isToPause = pause.getAttribute("aria-pressed") === "false";
    pause.setAttribute("aria-pressed", String(isToPause));
    pausePictures(isToPause);
  });
  const ticking = setInterval(draw, 1000);
  return {
    update(next) {
      view = next;
      draw();
    },
    close() {
      clearInterval(ticking);
      pausePictures(false);
      for (const card of grid.made?.values() ?? []) showPicture(card.image, null);
    },
  };
}

function drawCameras({ view, search, trouble, summary, filters, pause, grid, empty }) {
  const { cameras } = view.state;
  const sought = search.value.trim().toLowerCase();
  const found = cameras.filter(({ id, pipeline, state }) => {
    if (trouble.checked && CAMERA_STATES[state].shape !== "bad") return false;
    return `${id} ${pipeline ?? ""}`.toLowerCase().includes(sought);
  });
  text(summary, cameras.length === 0 ? "" : summaryOf(cameras));
  shown(filters, cameras.length >= MANY);
  shown(
    pause,
    cameras.some(({ pictures, state }) => pictures.length > 0 && state === "online"),
  );
  shown(empty, found.length === 0);
  text(empty, cameras.length === 0 ? NO_CAMERA : "No camera fits.");
  keyed(grid, found, {
    key: ({ id }) => id,
    create: createCard,
    update: (card, camera) => updateCard(card, camera, view),
    remove: ({ image }) => showPicture(image, null),
  });
}

function summaryOf(cameras) {
  const words = new Map();
  for (const { state } of cameras) {
    const word = CAMERA_STATES[state].word.toLowerCase();
    words.set(word, (words.get(word) ?? 0) + 1);
  }
  return [count(cameras.length, "camera"), ...Array.from(words, ([word, number]) => `${number} ${word}`)].join(" · ");
}

function createCard({ id }) {
  const label = `camera-${id}`;
  const card = {
    image: h("img", { alt: `Live picture of camera ${id}`, hidden: true }),
    notice: h("div", { className: "notice" }),
    state: h("span", { className: "state" }),
    choice: h("select", { "aria-label": `Picture of camera ${id}`, autocomplete: "off", hidden: true }),
    figures: h("dl", { className: "figures" }),
    values: h("dl", { className: "values" }),
    more: h("dl", { className: "facts" }),
  };
  card.element = h(
    "article",
    { className: "card", "aria-labelledby": label },
    h("div", { className: "picture" }, card.image, card.notice),
    h("div", { className: "title" }, h("h3", { id: label, title: id }, id), card.state),
    card.figures,
    card.values,
    h("details", {}, h("summary", {}, "Details", h("span", { className: "unseen" }, ` of ${id}`)), card.more),
    h(
      "div",
      { className: "actions" },
      card.choice,
      h("a", { href: `#zones/${id}` }, "Zones", h("span", { className: "unseen" }, ` of ${id}`)),
    ),
  );
  card.choice.addEventListener("change", () => showPicture(card.image, `${id}/${card.choice.value}`));
  return card;
}

function updateCard(card, camera, view) {
  const { word, shape } = CAMERA_STATES[camera.state];
  text(card.state, word);
  attribute(card.state, "data-state", shape);
  attribute(card.element, "data-state", camera.state);
  updatePicture(card, camera, view);
  const rate = view.rates.get(camera.id);
  facts(card.figures, [
    ["Frames in", rate === undefined ? "–" : `${rate.in.toFixed(1)}/s`],
    ["Results", `${(rate?.out ?? camera.fps_out).toFixed(1)}/s`],
    ["Latency", milliseconds(camera.latency.p50) ?? "–"],
    ["Dropped", droppedShare(rate)],
  ]);
  facts(
    card.values,
    camera.values.slice(0, VALUES).map((value) => [value.output, value.text]),
  );
  facts(card.more, details(camera));
}

/** Of the frames that came in the last seconds. */
function droppedShare(rate) {
  if (rate === undefined || rate.in <= 0) return "–";
  return `${Math.round((100 * rate.lost) / rate.in)} %`;
}

function details(camera) {
  const { stream, latency, dropped } = camera;
  const drops = Object.entries(dropped).map(([reason, number]) => {
    return [`Dropped: ${DROPS[reason] ?? reason}`, number.toLocaleString("en")];
  });
  const picture = stream === null ? null : `${stream.width} × ${stream.height}`;
  const declared = stream?.fps ? `${Math.round(stream.fps * 100) / 100}/s` : null;
  return [
    ["Pipeline", camera.pipeline],
    ["Stream", [picture, stream?.codec, declared].filter(Boolean).join(", ")],
    ["Latency, half of the frames", milliseconds(latency.p50)],
    ["Latency, 99 %", milliseconds(latency.p99)],
    ["Frames decoded", camera.decoded.toLocaleString("en")],
    ["Results published", camera.published.toLocaleString("en")],
    ...drops,
  ];
}

function updatePicture(card, camera, view) {
  const { id, pictures, shown: usual, state } = camera;
  const name = pictures.includes(card.choice.value) ? card.choice.value : usual;
  keyed(card.choice, pictures, { key: (output) => output, create: (output) => h("option", { value: output }, output) });
  if (name !== null && card.choice.value !== name) card.choice.value = name;
  shown(card.choice, pictures.length > 1);
  const isLive = state === "online" && name !== null && view.error === null;
  shown(card.image, isLive);
  showPicture(card.image, isLive ? `${id}/${name}` : null);
  const lines = isLive ? [] : notice(camera, view);
  shown(card.notice, !isLive);
  keyed(card.notice, lines, {
    key: ([kind]) => kind,
    create: ([kind]) => h("p", { className: kind }),
    update: (line, [, content]) => text(line, content),
  });
}

/** Why there is no picture, and what comes next. */
function notice({ state, error, trouble, pictures }, view) {
  if (view.error !== null) return [["error", "The daemon is not reachable."]];
  if (state === "online") {
    return pictures.length === 0 ? [["hint", "Its workflow has no output with a picture."]] : [];
  }
  const sinceAnswerMs = performance.now() - view.at;
  const leftMs = trouble?.retry_in_ms == null ? null : Math.max(0, trouble.retry_in_ms - sinceAnswerMs);
  const attempt =
    leftMs === null
      ? null
      : leftMs === 0
        ? "It is being tried again."
        : `Next attempt in ${duration(Math.ceil(leftMs / 1000))}.`;
  const since =
    trouble?.since == null
      ? null
      : `No frames since ${clock(trouble.since)}; ${count(trouble.attempts, "failed attempt")}.`;
  const lines = {
    starting: [["hint", "Waiting for the first frame."]],
    ended: [["hint", "The file has been read to its end."]],
    disabled: [["hint", "It is switched off, in the config or by command."]],
  };
  return [
    ["error", error],
    ["hint", HINTS[trouble?.cause]],
    ["retry", attempt],
    ["since", since],
    ...(lines[state] ?? []),
  ].filter(([, content]) => content);
}
