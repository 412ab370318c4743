import { callTimeMs } from "./call-time.ts";
import type { Figure, Measurement } from "./figure.ts";
import { detectionsOf, openLocalPlan } from "./local-plan.ts";
import { rounded } from "./statistics.ts";

/** What the engine itself costs: steps that do next to nothing, on one thread, without models. */
export const engineTime: Measurement = {
  ids: ["engine_10_steps_us", "engine_10_steps_batch_8_us", "engine_nested_crops_ms"],
  measure: async (progress) => {
    progress("engine: chains of steps");
    return [await tenSteps(1), await tenSteps(8), await nestedCrops()];
  },
};

const inputs = [
  { type: "WorkflowImage", name: "image" },
  { type: "WorkflowBatchInput", name: "detections", kind: ["object_detection_prediction"] },
];

/** The height of a picture, then a number that is multiplied by 1 over and over. */
function chain(count: number, image: string): Record<string, unknown>[] {
  return Array.from({ length: count }, (_, i) => ({
    type: "roboflow_core/property_definition@v1",
    name: `s${i}`,
    data: i === 0 ? image : `$steps.s${i - 1}.output`,
    operations:
      i === 0 ? [{ type: "ExtractImageProperty", property_name: "height" }] : [{ type: "Multiply", other: 1 }],
  }));
}

async function tenSteps(batch: number): Promise<Figure> {
  const { run, image } = openLocalPlan({
    version: "1.0",
    inputs: inputs.slice(0, 1),
    steps: chain(10, "$inputs.image"),
    outputs: [{ type: "JsonField", name: "out", selector: "$steps.s9.output" }],
  });
  const images = Array.from({ length: batch }, (_, camera) => image(camera));
  const ms = await callTimeMs(() => run({ image: images }), { warmUp: 3000, rounds: 9, calls: 2000 });
  const isBatch = batch > 1;
  return {
    id: isBatch ? "engine_10_steps_batch_8_us" : "engine_10_steps_us",
    value: rounded((ms * 1000) / batch),
    unit: "us/frame",
    limit: isBatch ? 15 : 100,
    better: "lower",
    how: `a chain of 10 property_definition steps on ${isBatch ? "a batch of 8 frames, time of a frame" : "one frame"}, from inputs to outputs, median of 9 rounds of 2000`,
  };
}

async function nestedCrops(): Promise<Figure> {
  const { run, image } = openLocalPlan({
    version: "1.0",
    inputs,
    steps: [
      {
        type: "roboflow_core/dynamic_crop@v1",
        name: "crop",
        images: "$inputs.image",
        predictions: "$inputs.detections",
      },
      ...chain(5, "$steps.crop.crops"),
    ],
    outputs: [{ type: "JsonField", name: "out", selector: "$steps.s4.output" }],
  });
  const frame = image(0);
  const detections = detectionsOf(frame, 100);
  const call = () => run({ image: [frame], detections: [detections] });
  return {
    id: "engine_nested_crops_ms",
    value: rounded(await callTimeMs(call, { warmUp: 300, rounds: 9, calls: 200 })),
    unit: "ms/frame",
    limit: 2,
    better: "lower",
    how: "dynamic_crop of 100 detections and 5 property_definition steps on every crop, from inputs to outputs, median of 9 rounds of 200",
  };
}
