import { openCameras } from "./cameras.js";
import { attribute, text } from "./dom.js";
import { openEvents } from "./events.js";
import { drawFaults } from "./faults.js";
import { openModels } from "./models.js";
import { openOutputs } from "./outputs.js";
import { watch } from "./state.js";
import { openSystem } from "./system.js";
import { duration } from "./words.js";
import { openWorkflows } from "./workflows.js";
import { openZones } from "./zones.js";

const PARTS = {
  cameras: openCameras,
  outputs: openOutputs,
  zones: openZones,
  events: openEvents,
  models: openModels,
  workflows: openWorkflows,
  system: openSystem,
};

const place = document.querySelector("#part");
const status = document.querySelector("#status");
let part = null;
let last = null;

/** The part that the address names; only that one works. */
function open() {
  const name = location.hash.slice(1).split("/")[0];
  if (name === "main") return;
  const chosen = name in PARTS ? name : "cameras";
  for (const link of document.querySelectorAll("nav a")) {
    if (link.hash === `#${chosen}`) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  part?.close();
  place.replaceChildren();
  place.dataset.part = chosen;
  part = PARTS[chosen](place);
  if (last !== null && last.state !== null) part.update(last);
}

function draw(view) {
  last = view;
  drawStatus();
  if (view.state === null) return;
  const { device } = view.state;
  document.title = `${device} · millrace`;
  text(document.querySelector("#device"), device);
  drawFaults(view.state);
  part.update(view);
}

/** In words that seldom change, as they are read out. */
function drawStatus() {
  if (last === null) return;
  const { state, error, at } = last;
  if (error !== null) {
    const seen = at === null ? "" : `, last seen ${duration((performance.now() - at) / 1000)} ago`;
    show("bad", "Not reachable", `The daemon is not reachable: ${error}${seen}`);
  } else if (state.status === "degraded") {
    show("warn", state.degraded.length === 1 ? "1 fault" : `${state.degraded.length} faults`, "");
  } else if (state.status === "stopping") show("off", "Stopping", "");
  else show("good", "All well", "");
}

function show(shape, word, more) {
  text(status, word);
  attribute(status, "data-state", shape);
  const line = document.querySelector("#unreachable");
  if (more === "") line.hidden = true;
  else {
    line.hidden = false;
    text(line, more);
  }
}

addEventListener("hashchange", open);
open();
watch(draw);
setInterval(() => last?.error && drawStatus(), 1000);
