import { compile } from "../compiler/compile.ts";
import { judge } from "../daemon/plugins/known-definitions.ts";
import { openLibrary } from "../expansion/open-library.ts";
import { callTimeMs } from "./call-time.ts";
import type { Figure, Measurement } from "./figure.ts";
import { rounded } from "./statistics.ts";

const LIMIT_MS = 100;

export const compileTime: Measurement = {
  ids: ["compile_10_steps_ms", "compile_100_steps_ms", "compile_1000_steps_ms", "compile_100_steps_known_us"],
  measure: async (progress) => {
    progress("compiler: definitions of 10, 100 and 1000 steps");
    return [await compiling(10), await compiling(100), await compiling(1000), await known(100)];
  },
};

async function known(count: number): Promise<Figure> {
  const document = definition(count);
  const library = openLibrary({ allowCode: true });
  const ms = await callTimeMs(() => judge(document, library), { warmUp: 3, rounds: 9, calls: 100 });
  return {
    id: `compile_${count}_steps_known_us`,
    value: rounded(1000 * ms),
    unit: "us",
    limit: null,
    better: "lower",
    how: `the same of ${count} steps, which were compiled before: a config that is read again, median of 9 rounds of 100`,
  };
}

async function compiling(count: number): Promise<Figure> {
  const document = definition(count);
  const library = openLibrary({ allowCode: true });
  const ms = await callTimeMs(() => compile(document, library), { warmUp: 3, rounds: 9, calls: 1 });
  return {
    id: `compile_${count}_steps_ms`,
    value: rounded(ms),
    unit: "ms",
    limit: LIMIT_MS,
    better: "lower",
    how: `${count} steps of five block types in one chain behind a model, from parsed JSON to the plan, median of 9 after 3`,
  };
}

/** A model, a tracker, then groups of a filter, a count and a condition, each group on the filter before it. */
function definition(count: number): Record<string, unknown> {
  const steps: Record<string, unknown>[] = [
    { type: "ObjectDetectionModel", name: "detect", images: "$inputs.image", model_id: "m/1" },
    {
      type: "roboflow_core/byte_tracker@v3",
      name: "track",
      image: "$inputs.image",
      detections: "$steps.detect.predictions",
    },
  ];
  let detections = "$steps.track.tracked_detections";
  for (let i = 0; steps.length < count; i++) {
    steps.push(...group(i, detections).slice(0, count - steps.length));
    detections = `$steps.filter${i}.predictions`;
  }
  const last = steps.findLast(({ name }) => String(name).startsWith("filter"));
  return {
    version: "1.0",
    inputs: [{ type: "WorkflowImage", name: "image" }],
    steps,
    outputs: [{ type: "JsonField", name: "out", selector: `$steps.${last?.["name"]}.predictions` }],
  };
}

function group(i: number, detections: string): Record<string, unknown>[] {
  return [
    {
      type: "roboflow_core/detections_filter@v1",
      name: `filter${i}`,
      predictions: detections,
      operations: [{ type: "DetectionsFilter", filter_operation: confident(0.1 + (i % 8) / 10) }],
    },
    {
      type: "roboflow_core/property_definition@v1",
      name: `count${i}`,
      data: `$steps.filter${i}.predictions`,
      operations: [{ type: "SequenceLength" }],
    },
    {
      type: "roboflow_core/first_non_empty_or_default@v1",
      name: `known${i}`,
      data: [`$steps.count${i}.output`],
      default: 0,
    },
  ];
}

function confident(value: number) {
  const left = {
    type: "DynamicOperand",
    operations: [{ type: "ExtractDetectionProperty", property_name: "confidence" }],
  };
  const statement = {
    type: "BinaryStatement",
    left_operand: left,
    comparator: { type: "(Number) >" },
    right_operand: { type: "StaticOperand", value },
  };
  return { type: "StatementGroup", statements: [statement] };
}
