import { BugError } from "../base/errors.ts";
import type { ModelService } from "../blocks/contract/services.ts";
import { callMedianMs } from "./call-time.ts";
import type { Figure, Measurement } from "./figure.ts";
import { detectionsOf, openLocalPlan } from "./local-plan.ts";
import { median, rounded } from "./statistics.ts";

/** What it costs that steps make their workflows while running. */
export const expansionTime: Measurement = {
  ids: ["expand_10_us", "expand_101_us", "expand_new_shape_ms", "for_each_overhead_percent"],
  measure: async (progress) => {
    progress("dynamic workflows: shapes that are known and new ones, items");
    return [await knownShape(10), await knownShape(101), await newShape(), await forEachOverhead()];
  },
};

/** Makes a chain of steps; the text in the last one is part of the shape, the number in the others is not. */
const CODE = `
let calls = 0;
function run({ count, isNew }) {
  calls += 1;
  const steps = [];
  for (let i = 0; i < count; i++) {
    steps.push({
      type: "roboflow_core/first_non_empty_or_default@v1",
      name: "s" + i,
      data: [i === 0 ? "$inputs.image" : "$steps.s" + (i - 1) + ".output"],
      default: isNew && i === count - 1 ? "shape " + calls : 1,
    });
  }
  return { type: "GeneratedWorkflow", steps, outputs: [{ name: "out", selector: "$steps.s" + (count - 1) + ".output" }] };
}
`;

function document(count: number, isNew: boolean): object {
  const any = { type: "DynamicInputDefinition", selector_types: ["generic"], value_types: ["any"] };
  return {
    version: "1.0",
    inputs: [{ type: "WorkflowImage", name: "image" }],
    steps: [{ type: "Chain", name: "plan", image: "$inputs.image", count, isNew }],
    outputs: [{ type: "JsonField", name: "out", selector: "$steps.plan.out" }],
    dynamic_blocks_definitions: [
      {
        type: "DynamicWorkflowDefinition",
        manifest: {
          type: "ManifestDescription",
          block_type: "Chain",
          inputs: { image: any, count: any, isNew: any },
          outputs: { out: { type: "DynamicOutputDefinition" } },
        },
        limits: { max_steps: 128 },
        emit_sub_pipeline: "never",
        code: { type: "JavaScriptCode", run_function_code: CODE },
      },
    ],
  };
}

async function knownShape(count: number): Promise<Figure> {
  const { run, image } = openLocalPlan(document(count, false));
  const images = [image(0)];
  const isLong = count > 10;
  const calls = isLong ? 4000 : 20_000;
  const ms = await callMedianMs(() => run({ image: images }), { warmUp: isLong ? 3000 : 15_000, calls });
  return {
    id: isLong ? "expand_101_us" : "expand_10_us",
    value: rounded(ms * 1000),
    unit: "us/frame",
    limit: isLong ? 200 : 50,
    better: "lower",
    how: `JavaScript makes a workflow of ${count} steps whose shape is known, and it runs: from inputs to outputs, median of ${calls} frames`,
  };
}

async function newShape(): Promise<Figure> {
  const { run, image } = openLocalPlan(document(10, true));
  const images = [image(0)];
  const ms = await callMedianMs(() => run({ image: images }), { warmUp: 300, calls: 450 });
  return {
    id: "expand_new_shape_ms",
    value: rounded(ms),
    unit: "ms/frame",
    limit: 2,
    better: "lower",
    how: "the same with 10 steps and a shape that was never seen: compiled, opened and run, median of 450 frames",
  };
}

const CROPS = 100;
const MODEL_MS = 20;

/** Simulates a classifier whose one run on the crops of a frame takes that long, to measure the overhead around it. */
function slowModel(): ModelService & { calls: number } {
  return {
    calls: 0,
    async run(_task, _model, images) {
      this.calls++;
      const end = performance.now() + MODEL_MS;
      while (performance.now() < end);
      // The steps ask for boxes alone.
      return images.map(() => ({ reply: { rows: new Float32Array() } as never, classes: [] }));
    },
  };
}

const crop = { type: "roboflow_core/dynamic_crop@v1", name: "crop", images: "$inputs.image" };
const look = { type: "roboflow_core/roboflow_object_detection_model@v3", name: "look", model_id: "second" };

const BY_HAND = {
  version: "1.0",
  inputs: [
    { type: "WorkflowImage", name: "image" },
    { type: "WorkflowBatchInput", name: "objects", kind: ["object_detection_prediction"] },
  ],
  steps: [
    { ...crop, predictions: "$inputs.objects" },
    { ...look, images: "$steps.crop.crops" },
  ],
  outputs: [{ type: "JsonField", name: "found", selector: "$steps.look.predictions" }],
};

const FOR_EACH = {
  ...BY_HAND,
  steps: [
    { ...crop, predictions: "$inputs.objects" },
    {
      type: "millrace/for_each@v1",
      name: "each",
      over: { picture: "$steps.crop.crops" },
      workflow_definition: {
        inputs: [{ type: "WorkflowImage", name: "picture" }],
        steps: [{ ...look, images: "$inputs.picture" }],
        outputs: [{ name: "found", selector: "$steps.look.predictions" }],
      },
    },
  ],
  outputs: [{ type: "JsonField", name: "found", selector: "$steps.each.found" }],
};

/** Turn by turn, so that both meet the same machine. */
async function forEachOverhead(): Promise<Figure> {
  const models = [slowModel(), slowModel()] as const;
  const plans = [openLocalPlan(BY_HAND, models[0]), openLocalPlan(FOR_EACH, models[1])] as const;
  const frame = plans[0].image(0);
  const inputs = { image: [frame], objects: [detectionsOf(frame, CROPS)] };
  const ratios: number[] = [];
  for (let round = 0; round < 60; round++) {
    const [hand, each] = [await timeOf(() => plans[0].run(inputs)), await timeOf(() => plans[1].run(inputs))];
    ratios.push(each / hand);
  }
  if (models[1].calls !== models[0].calls) {
    throw new BugError(`the model was called ${models[1].calls} times for items and ${models[0].calls} times by hand`);
  }
  return {
    id: "for_each_overhead_percent",
    value: rounded((median(ratios) - 1) * 100),
    unit: "%",
    limit: 10,
    better: "lower",
    how: `for_each over ${CROPS} crops with one model, over the same steps by hand, the model being a wait of ${MODEL_MS} ms that is called once a frame in both; median of 60 pairs`,
  };
}

async function timeOf(run: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await run();
  return performance.now() - startedAt;
}
