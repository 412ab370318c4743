import type { Detections } from "../kinds/detections.ts";
import { callTimeMs } from "./call-time.ts";
import type { Figure, Measurement } from "./figure.ts";
import { detectionsOf, openLocalPlan } from "./local-plan.ts";
import { rounded } from "./statistics.ts";

/** Single blocks in the engine, on one thread. */
export const blockTime: Measurement = {
  ids: ["block_local_us", "tracker_100_ms", "zones_100_ms"],
  measure: async (progress) => {
    progress("blocks: code, tracker, zones");
    return [await localCode(), await tracker(), await zones()];
  },
};

const image = { type: "WorkflowImage", name: "image" };
const detections = { type: "WorkflowBatchInput", name: "detections", kind: ["object_detection_prediction"] };

const PERSON_COUNTER = {
  type: "DynamicBlockDefinition",
  manifest: {
    type: "ManifestDescription",
    block_type: "TallPeople",
    inputs: {
      detections: {
        type: "DynamicInputDefinition",
        selector_types: ["input_parameter", "step_output"],
        selector_data_kind: {
          input_parameter: ["object_detection_prediction"],
          step_output: ["object_detection_prediction"],
        },
      },
    },
    outputs: { count: { type: "DynamicOutputDefinition", kind: ["integer"] } },
  },
  code: { type: "JavaScriptCode", run_function_code: `const run = ${countTall};` },
};

function countTall({ detections: { items } }: { detections: Detections }) {
  let count = 0;
  for (const { box, confidence } of items) if (confidence > 0.5 && box[3] - box[1] > 50) count++;
  return { count };
}

async function localCode(): Promise<Figure> {
  const plan = openLocalPlan({
    version: "1.0",
    inputs: [detections],
    dynamic_blocks_definitions: [PERSON_COUNTER],
    steps: [{ type: "TallPeople", name: "count", detections: "$inputs.detections" }],
    outputs: [{ type: "JsonField", name: "count", selector: "$steps.count.count" }],
  });
  const found = detectionsOf(plan.image(0), 100);
  const rounds = { warmUp: 3000, rounds: 9, calls: 3000 };
  const bareMs = await callTimeMs(() => countTall({ detections: found }), rounds);
  const ms = await callTimeMs(() => plan.run({ detections: [found] }), rounds);
  return {
    id: "block_local_us",
    value: rounded((ms - bareMs) * 1000),
    unit: "us/frame",
    limit: 15,
    better: "lower",
    how: `a workflow of one JavaScript block that looks at 100 detections, run unprotected in the engine's own thread, from inputs to outputs, less the ${rounded(bareMs * 1000)} us of the function by itself; medians of 9 rounds of 3000`,
  };
}

async function tracker(): Promise<Figure> {
  const plan = openLocalPlan({
    version: "1.0",
    inputs: [image, detections],
    steps: [
      {
        type: "roboflow_core/byte_tracker@v3",
        name: "track",
        image: "$inputs.image",
        detections: "$inputs.detections",
      },
    ],
    outputs: [{ type: "JsonField", name: "out", selector: "$steps.track.tracked_detections" }],
  });
  let frame = 0;
  const call = () => {
    const picture = plan.image(0);
    // To and fro, so that tracks neither end nor begin.
    return plan.run({ image: [picture], detections: [detectionsOf(picture, 100, Math.abs((frame++ % 60) - 30))] });
  };
  return {
    id: "tracker_100_ms",
    value: rounded(await callTimeMs(call, { warmUp: 200, rounds: 9, calls: 100 })),
    unit: "ms/frame",
    limit: 0.5,
    better: "lower",
    how: "byte_tracker on 100 moving objects in a workflow of its own, from inputs to outputs, median of 9 rounds of 100 frames",
  };
}

/** Ten zones of eight corners side by side. */
const ZONES = Array.from({ length: 10 }, (_, zone) =>
  Array.from({ length: 8 }, (_, corner) => {
    const angle = (corner * Math.PI) / 4;
    return [64 + 128 * zone + 70 * Math.cos(angle), 360 + 300 * Math.sin(angle)];
  }),
);

async function zones(): Promise<Figure> {
  const shared = { image: "$inputs.image", detections: "$inputs.detections" };
  const line_segment = [
    [0, 360],
    [1280, 360],
  ];
  const plan = openLocalPlan({
    version: "1.0",
    inputs: [image, detections],
    steps: [
      { type: "roboflow_core/time_in_zone@v3", name: "zones", ...shared, zone: ZONES },
      { type: "roboflow_core/line_counter@v2", name: "line", ...shared, line_segment },
    ],
    outputs: [
      { type: "JsonField", name: "inside", selector: "$steps.zones.timed_detections" },
      { type: "JsonField", name: "in", selector: "$steps.line.count_in" },
    ],
  });
  const scenes = Array.from({ length: 60 }, (_, frame) => {
    const found = detectionsOf(plan.image(0), 100, Math.abs(frame - 30));
    return { ...found, items: found.items.map((item, i) => ({ ...item, trackerId: i + 1 })) };
  });
  let frame = 0;
  const call = () => plan.run({ image: [plan.image(0)], detections: [scenes[frame++ % 60]] });
  return {
    id: "zones_100_ms",
    value: rounded(await callTimeMs(call, { warmUp: 500, rounds: 9, calls: 200 })),
    unit: "ms/frame",
    limit: 0.2,
    better: "lower",
    how: "time_in_zone of ten polygons with eight corners and a line_counter on 100 moving objects in a workflow of their own, from inputs to outputs, median of 9 rounds of 200 frames",
  };
}
