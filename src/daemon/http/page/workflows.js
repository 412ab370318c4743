import { attribute, h, keyed, shown, text } from "./dom.js";
import { count, milliseconds, someOf } from "./words.js";

/** Narrower than this, steps follow each other downwards. */
const NARROW = 760;

/** The part with the graph of each workflow and the time that its steps take. */
export function openWorkflows(part) {
  const list = h("div");
  const empty = h("p", { className: "empty" }, "The config names no pipeline.");
  part.append(h("h2", { className: "unseen" }, "Workflows"), list, empty);
  return {
    update({ state: { pipelines } }) {
      shown(empty, pipelines.length === 0);
      keyed(list, pipelines, { key: ({ id }) => id, create: createWorkflow, update: updateWorkflow });
    },
    close() {},
  };
}

function createWorkflow({ id }) {
  const workflow = {
    about: h("p", { className: "hint" }),
    graph: h("div", { className: "graph", tabIndex: 0, role: "group", "aria-label": `Graph of workflow ${id}` }),
    rows: h("tbody"),
    none: h("p", { className: "hint" }, "Its thread does not say how long steps take at the moment."),
    failures: h("ul"),
    expansions: h("p", {}, h("a", { href: "/expansions" }, "Workflows that its steps have made")),
  };
  const heads = ["Step", "Time", "Share"].map((name) => h("th", { scope: "col" }, name));
  workflow.table = h(
    "table",
    {},
    h("caption", { className: "unseen" }, `Times of the steps of ${id}, of one batch of frames`),
    h("thead", {}, h("tr", {}, ...heads)),
    workflow.rows,
  );
  workflow.failed = h("div", { className: "error" }, h("h4", {}, "Failures since the start"), workflow.failures);
  workflow.element = h(
    "section",
    { className: "panel", "aria-label": `Workflow ${id}` },
    ...[
      h("h3", {}, id),
      workflow.about,
      workflow.graph,
      workflow.none,
      workflow.table,
      workflow.failed,
      workflow.expansions,
    ],
  );
  return workflow;
}

function updateWorkflow(workflow, { id, workflow: file, revision, cameras, steps, failures, expands }) {
  text(workflow.about, `${file} · ${count(cameras.length, "camera")}: ${someOf(cameras)}`);
  const total = (steps ?? []).reduce((sum, { meanMs }) => sum + meanMs, 0);
  const timed = (steps ?? []).map((step) => ({ ...step, share: total === 0 ? 0 : step.meanMs / total }));
  shown(workflow.none, steps === null);
  shown(workflow.table, steps !== null);
  keyed(workflow.rows, timed, { key: ({ name }) => name, create: createStep, update: updateStep });
  void drawGraph(workflow, { id, revision, timed });
  const failed = Object.entries(failures).flatMap(([step, codes]) => {
    return Object.entries(codes).map(([code, number]) => `${step}: ${code}, ${number.toLocaleString("en")} times`);
  });
  shown(workflow.failed, failed.length > 0);
  keyed(workflow.failures, failed, { key: (line) => line, create: (line) => h("li", {}, line) });
  shown(workflow.expansions, expands);
}

function createStep({ name, type }) {
  const [time, share] = [h("td"), h("span")];
  const bar = h("span", { className: "bar-of-share", "aria-hidden": "true" });
  const block = type.replace(/^roboflow_core\//, "");
  const element = h(
    "tr",
    {},
    h("th", { scope: "row" }, name, h("span", { className: "below" }, block)),
    time,
    h("td", {}, share, bar),
  );
  return { element, time, share, bar };
}

function updateStep({ time, share, bar }, { meanMs, runs, share: part }) {
  text(time, runs === 0 ? "not run yet" : milliseconds(meanMs));
  text(share, `${Math.round(100 * part)} %`);
  bar.style.width = `${Math.round(100 * part)}%`;
}

/** Laid out once for each definition; times and colours follow. */
async function drawGraph(workflow, { id, revision, timed }) {
  const flow = workflow.element.clientWidth < NARROW ? "down" : "right";
  const wanted = `${id} ${revision} ${flow}`;
  if (workflow.drawn !== wanted) {
    workflow.drawn = wanted;
    text(workflow.graph, "Laying out the graph …");
    const picture = await fetchGraph(id, flow);
    if (workflow.drawn !== wanted) return;
    if (picture === null) {
      text(workflow.graph, "The graph could not be laid out; the table has the steps.");
      return;
    }
    workflow.graph.replaceChildren(picture);
  }
  timed.forEach(({ meanMs, runs, share }, i) => {
    const step = workflow.graph.querySelector(`#step-${i}`);
    const time = step === null ? null : [...step.querySelectorAll("text")].at(-1);
    if (time === null) return;
    text(time, runs === 0 ? "–" : milliseconds(meanMs));
    attribute(step, "data-share", String(Math.min(4, Math.floor(share * 5))));
  });
}

async function fetchGraph(id, flow) {
  try {
    const response = await fetch(`/api/workflows/${id}.svg?flow=${flow}`);
    if (!response.ok) return null;
    const { documentElement: svg } = new DOMParser().parseFromString(await response.text(), "image/svg+xml");
    if (svg.localName !== "svg") return null;
    // The texts are in the table, in order.
    svg.setAttribute("aria-hidden", "true");
    for (const title of svg.querySelectorAll("title")) title.remove();
    return document.importNode(svg, true);
  } catch {
    return null;
  }
}
