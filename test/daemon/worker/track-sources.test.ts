import { expect, it } from "vitest";
import { keepsTracks } from "../../../src/daemon/worker/track-sources.ts";
import { codeBlock } from "../../dynamic/code-in-a-definition.ts";
import { openPlan } from "../../helpers/open-plan.ts";

const KIND = ["object_detection_prediction"];

/** Detections through code, a tracker, and code behind it. */
function planOf(steps: readonly string[]) {
  const found = {
    before: { type: "Code", name: "before", value: "$inputs.found" },
    tracker: { type: "roboflow_core/byte_tracker@v3", name: "tracker", image: "$inputs.image", detections: "" },
    behind: { type: "Code", name: "behind", value: "" },
  };
  let last = "$inputs.found";
  const entries = Object.entries(found).flatMap(([name, step]) => {
    if (!steps.includes(name)) return [];
    const fed = "detections" in step ? { ...step, detections: last } : { ...step, value: last };
    last = `$steps.${name}.${"detections" in step ? "tracked_detections" : "out"}`;
    return [fed];
  });
  const out = { out: { type: "DynamicOutputDefinition", kind: KIND } };
  return openPlan({
    version: "1.0",
    inputs: [
      { type: "WorkflowImage", name: "image" },
      { type: "WorkflowBatchInput", name: "found", kind: KIND },
    ],
    dynamic_blocks_definitions: [
      codeBlock("Code", "function run({ value }) { return { out: value }; }", { outputs: out }),
    ],
    steps: entries,
    outputs: [{ type: "JsonField", name: "objects", selector: last }],
  }).plan;
}

it.each([
  ["the tracker went over, whatever else changed", ["before", "tracker", "behind"], ["tracker"], true],
  ["the tracker did not go over", ["before", "tracker", "behind"], ["before", "behind"], false],
  ["there is no tracker, and the code went over", ["before"], ["before"], true],
  ["there is no tracker, and the code did not go over", ["before", "behind"], ["before"], false],
  ["nothing is behind them", [], [], true],
])("tracks go on or not: %s", (_, steps, carried, goOn) => {
  expect(keepsTracks(planOf(steps), "objects", new Set(carried))).toBe(goOn);
});
