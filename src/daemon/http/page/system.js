import { facts, h, keyed, shown, text } from "./dom.js";
import { count, duration } from "./words.js";

const BROKER = { none: "none in the config", connected: "connected", away: "away; events wait" };
const LINKS = [
  ["/health", "State as JSON"],
  ["/metrics", "Metrics for Prometheus"],
  ["/expansions", "Workflows made while running"],
];

/** The daemon itself: version, broker, published video, warnings about the config. */
export function openSystem(part) {
  const daemon = h("dl", { className: "facts" });
  const broker = h("dl", { className: "facts" });
  const video = h("div");
  const videoPart = h("section", { className: "panel" }, h("h3", {}, "Published video"), video);
  const warnings = h("ul");
  const warningPart = h("section", { className: "panel" }, h("h3", {}, "Warnings about the config"), warnings);
  const links = h("ul", { className: "links" });
  for (const [address, name] of LINKS) links.append(h("li", {}, h("a", { href: address }, name)));
  part.append(
    h("h2", { className: "unseen" }, "System"),
    h("section", { className: "panel" }, h("h3", {}, "Daemon"), daemon),
    h("section", { className: "panel" }, h("h3", {}, "Broker"), broker),
    videoPart,
    warningPart,
    h("section", { className: "panel" }, h("h3", {}, "More"), links),
  );
  return {
    update: ({ state }) => {
      facts(daemon, daemonFacts(state));
      facts(broker, brokerFacts(state.broker));
      shown(videoPart, state.video_out.length > 0);
      keyed(video, state.video_out, {
        key: ({ camera, output, to, place }) => JSON.stringify([camera, output, to, place]),
        create: () => h("p"),
        update: (line, stream) => text(line, videoLine(stream)),
      });
      shown(warningPart, state.warnings.length > 0);
      keyed(warnings, state.warnings, {
        key: (warning) => warning,
        create: (warning) => h("li", {}, warning),
      });
    },
    close() {},
  };
}

function daemonFacts({ version, uptime_s: uptime, last_crash: crash }) {
  return [
    ["Version", version],
    ["Running for", duration(uptime)],
    ["Last crash", crash === null ? null : crashWords(crash)],
  ];
}

function crashWords({ at, signal, code, running }) {
  const where = running.map(({ pipeline, step }) => `${pipeline} / ${step}`).join(", ");
  return `${at}, ${signal ?? `code ${code}`}${where === "" ? "" : `, while running ${where}`}`;
}

function brokerFacts({ state, address, waiting, dropped }) {
  return [
    ["State", BROKER[state]],
    ["Address", address],
    ["Events that wait", state === "none" ? null : waiting.toLocaleString("en")],
    ["Messages dropped", state === "none" ? null : dropped.toLocaleString("en")],
  ];
}

function videoLine({ camera, output, to, place, state, error, encoded, dropped }) {
  const lost = Object.values(dropped).reduce((sum, number) => sum + number, 0);
  const figures = `${count(encoded, "frame")} encoded, ${lost.toLocaleString("en")} dropped`;
  return `${camera} / ${output} to ${to} ${place}: ${error === null ? state : `${state}: ${error}`}; ${figures}`;
}
