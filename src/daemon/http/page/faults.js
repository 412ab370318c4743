import { h, keyed, shown, text } from "./dom.js";
import { count, someOf } from "./words.js";

const place = document.querySelector("#faults");

/** What does not work, above every part: in few lines, as it stands in the way of all else. */
export function drawFaults({ degraded }) {
  shown(place, degraded.length > 0);
  const cameras = degraded.filter(({ what }) => what.startsWith("camera "));
  const isMany = cameras.length > 1;
  const single = isMany ? degraded.filter((fault) => !cameras.includes(fault)) : degraded;
  keyed(place, [...single, ...(isMany ? [{ what: "cameras", cameras }] : [])], {
    key: ({ what }) => what,
    create: ({ what }) => (what === "cameras" ? createGroup() : createFault(what)),
    update: (made, fault) => made.fill(fault),
  });
}

function createFault(what) {
  const message = h("pre");
  return {
    element: h("div", { className: "fault" }, h("strong", {}, titleOf(what)), message),
    fill: (fault) => text(message, fault.message),
  };
}

/** Each camera says for itself, in its card, why it gives nothing. */
function createGroup() {
  const title = h("strong");
  const names = h("p");
  const reasons = h("ul");
  const more = h("details", {}, h("summary", {}, "Why"), reasons);
  return {
    element: h("div", { className: "fault" }, title, names, more),
    fill({ cameras }) {
      text(title, `${count(cameras.length, "camera")} with faults`);
      text(names, someOf(cameras.map(({ what }) => nameOf(what))));
      keyed(reasons, cameras, {
        key: ({ what }) => what,
        create: () => h("li"),
        update: (line, { what, message }) => text(line, `${nameOf(what)}: ${message}`),
      });
    },
  };
}

function nameOf(what) {
  return what.split(" ").slice(1).join(" ");
}

function titleOf(what) {
  if (what === "config") return "The config file is not the one that runs";
  if (what === "broker") return "Broker";
  if (what === "spool") return "Spool on disk";
  const [kind] = what.split(" ");
  const name = nameOf(what);
  return name === "" ? what : `${kind[0].toUpperCase()}${kind.slice(1)} ${name}`;
}
