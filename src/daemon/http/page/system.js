import { facts, h, keyed, shown, text } from "./dom.js";
import { count, duration, FRAME_PARTS } from "./words.js";

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
  const times = h("tbody");
  const timesPart = h("section", { className: "panel" }, h("h3", {}, "Time of frames"), timesTable(times));
  const links = h("ul", { className: "links" });
  for (const [address, name] of LINKS) links.append(h("li", {}, h("a", { href: address }, name)));
  part.append(
    h("h2", { className: "unseen" }, "System"),
    h("section", { className: "panel" }, h("h3", {}, "Daemon"), daemon),
    h("section", { className: "panel" }, h("h3", {}, "Broker"), broker),
    timesPart,
    videoPart,
    warningPart,
    h("section", { className: "panel" }, h("h3", {}, "More"), links),
  );
  return {
    update: ({ state }) => {
      facts(daemon, daemonFacts(state));
      facts(broker, brokerFacts(state.broker));
      const parts = partsOf(state.latency);
      shown(timesPart, parts.length > 0);
      keyed(times, parts, { key: ({ part }) => part, create: createTime, update: updateTime });
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

function timesTable(body) {
  const head = ["Part", "Half of the frames", "99 of 100"].map((name) => h("th", { scope: "col" }, name));
  return h("table", {}, h("thead", {}, h("tr", {}, ...head)), body);
}

/** Times that are not exceeded, by part; nothing before the first frame. */
function partsOf({ bounds_ms: bounds, total, parts }) {
  if (total.every((frames) => frames === 0)) return [];
  return Object.entries({ total, ...parts }).map(([part, counts]) => {
    return { part, half: atMost(counts, bounds, 0.5), most: atMost(counts, bounds, 0.99) };
  });
}

/** The end of the bucket that a share of the frames does not exceed. */
function atMost(counts, bounds, share) {
  const frames = counts.reduce((sum, number) => sum + number, 0);
  let seen = 0;
  const bucket = counts.findIndex((number) => {
    seen += number;
    return seen >= frames * share;
  });
  const bound = bounds[bucket];
  return bound === undefined ? `> ${bounds.at(-1)} ms` : `≤ ${bound} ms`;
}

function createTime({ part }) {
  const [half, most] = [h("td"), h("td")];
  return { element: h("tr", {}, h("th", { scope: "row" }, FRAME_PARTS[part]), half, most), half, most };
}

function updateTime({ half, most }, times) {
  text(half, times.half);
  text(most, times.most);
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
