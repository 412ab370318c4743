import { z } from "zod";
import { BugError } from "../../base/errors.ts";
import { defineBlock } from "../contract/block.ts";
import { refMap } from "../contract/fields.ts";

const MOST_ITEMS = 4096;

export const forEachV1 = defineBlock({
  type: "millrace/for_each@v1",
  category: "flow",
  summary: "Runs a workflow for every detection, every entry of a list or every element of a batch.",
  inputs: () =>
    z.object({
      over: refMap(["*"])
        .refine((entries) => Object.keys(entries).length > 0, { error: "expected at least one input" })
        .describe("Inputs of the workflow that hold one item each: detections, lists, or a batch one level deeper."),
      with: refMap(["*"]).default({}).describe("Inputs of the workflow that are the same for all items."),
      workflow_definition: z.record(z.string(), z.unknown()).describe("The workflow that runs for each item."),
      iterate: z
        .enum(["auto", "items", "elements"])
        .default("auto")
        .describe(
          "Items are detections and entries of lists, or the elements of a batch; auto takes elements where the workflow wants pictures.",
        ),
      product: z.boolean().default(false).describe("Every combination of several lists, instead of pairing them."),
      max_items: z.int().min(1).max(MOST_ITEMS).default(256).describe("Most items of one element."),
      overflow: z.enum(["fail", "truncate"]).default("fail").describe("What happens when there are more items."),
      order_by: z
        .string()
        .min(1)
        .nullable()
        .default(null)
        .describe("Field that items are ordered by before any are left out, such as -confidence for the surest first."),
      on_item_error: z
        .enum(["fail", "null"])
        .default("fail")
        .describe("Whether the failure of an item fails the step or makes the item's outputs empty."),
      min_success_ratio: z
        .number()
        .min(0)
        .max(1)
        .nullable()
        .default(null)
        .describe("Least share of items that succeed."),
      min_successes: z.int().min(0).nullable().default(null).describe("Least number of items that succeed."),
      key_by: z
        .string()
        .min(1)
        .nullable()
        .default(null)
        .describe("Field, such as tracker_id, whose values have a state of their own in the workflow."),
      max_keys: z.int().min(1).max(MOST_ITEMS).default(256).describe("Most values of key_by with a state, per camera."),
      key_ttl_s: z
        .number()
        .min(0.1)
        .max(86_400)
        .default(60)
        .describe("Seconds for which the state of a value is kept."),
      concurrency: z.int().min(1).nullable().default(null).describe("Most items that run at once; all when absent."),
    }),
  outputs: { result: "dictionary" },
  dynamicOutputs: ({ workflow_definition: definition }) => outputsOf([definition]),
  example: {
    over: { box: "$steps.detect.predictions" },
    with: { image: "$inputs.image" },
    workflow_definition: {
      version: "1.0",
      inputs: [
        { type: "WorkflowParameter", name: "box", kind: ["object_detection_prediction"] },
        { type: "WorkflowImage", name: "image" },
      ],
      steps: [],
      outputs: [],
    },
    order_by: "-confidence",
  },
  runMany: () => {
    throw new BugError("a step for each item was opened without its workflow");
  },
});

/** Outputs that workflows declare, of kinds that only their compilation tells. */
export function outputsOf(definitions: readonly unknown[]): Record<string, readonly string[]> {
  const names = definitions.flatMap((definition) => {
    const { outputs = [] } = (definition ?? {}) as { outputs?: unknown };
    if (!Array.isArray(outputs)) return [];
    return outputs.map((output: unknown) => (output as { name?: unknown } | null)?.name);
  });
  const texts = names.filter((name) => typeof name === "string");
  return Object.fromEntries(texts.map((name) => [name, ["*"]]));
}
