import { h, keyed, shown, text } from "./dom.js";

const place = document.querySelector("#faults");

/** What does not work, above every part. */
export function drawFaults({ degraded }) {
  shown(place, degraded.length > 0);
  keyed(place, degraded, {
    key: ({ what }) => what,
    create({ what }) {
      const message = h("pre");
      return { element: h("div", { className: "fault" }, h("strong", {}, titleOf(what)), message), message };
    },
    update: ({ message }, fault) => text(message, fault.message),
  });
}

function titleOf(what) {
  if (what === "config") return "The config file is not the one that runs";
  if (what === "broker") return "Broker";
  if (what === "spool") return "Spool on disk";
  const [kind, ...name] = what.split(" ");
  return name.length === 0 ? what : `${kind[0].toUpperCase()}${kind.slice(1)} ${name.join(" ")}`;
}
