import { z } from "zod";
import { BugError } from "../../base/errors.ts";
import { lazy } from "../../base/lazy.ts";
import { defineBlock } from "../contract/block.ts";
import { orRef, refMap } from "../contract/fields.ts";
import { outputsOf } from "./for-each.ts";

const Operand = lazy(() => z.union([z.string(), z.number(), z.boolean()]));

const When = lazy(() =>
  z.union([
    Operand(),
    z.strictObject({
      eq: Operand().optional(),
      ne: Operand().optional(),
      lt: z.number().optional(),
      lte: z.number().optional(),
      gt: z.number().optional(),
      gte: z.number().optional(),
      in: z.array(Operand()).optional(),
      not_in: z.array(Operand()).optional(),
    }),
  ]),
);

const Workflow = lazy(() => z.union([z.string(), z.record(z.string(), z.unknown())]));

const Case = lazy(() =>
  z.union(
    [
      z.strictObject({ when: When(), workflow: Workflow() }),
      z.strictObject({ else: z.literal(true), workflow: Workflow() }),
    ],
    { error: 'expected {"when": {"lte": 3}, "workflow": …} or {"else": true, "workflow": …}' },
  ),
);

export const switchV1 = defineBlock({
  type: "millrace/switch@v1",
  category: "flow",
  summary: "Runs the workflow of the first case that holds for a value; other workflows do not run.",
  inputs: () =>
    z.object({
      on: orRef(Operand(), "*").describe("Value to choose by."),
      cases: z.array(Case()).min(1).describe("Tests in order, each with a workflow or the name of one."),
      workflows: z
        .record(z.string(), z.record(z.string(), z.unknown()))
        .default({})
        .describe("Workflows by the names that cases use."),
      with: refMap(["*"]).default({}).describe("Inputs of the workflows."),
    }),
  outputs: { result: "dictionary" },
  dynamicOutputs: ({ cases, workflows }) => {
    const named = Object.values((workflows ?? {}) as object);
    const written = ((cases ?? []) as { workflow: unknown }[]).map(({ workflow }) => workflow);
    return outputsOf([...named, ...written]);
  },
  example: {
    on: "$steps.count.output",
    cases: [
      { when: { lte: 3 }, workflow: "detailed" },
      { else: true, workflow: "coarse" },
    ],
    workflows: {
      detailed: { version: "1.0", inputs: [{ type: "WorkflowImage", name: "image" }], steps: [], outputs: [] },
      coarse: { version: "1.0", inputs: [{ type: "WorkflowImage", name: "image" }], steps: [], outputs: [] },
    },
    with: { image: "$inputs.image" },
  },
  runMany: () => {
    throw new BugError("a step with cases was opened without its workflows");
  },
});
