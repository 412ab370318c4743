import { z } from "zod";
import { defineBlock } from "../contract/block.ts";
import { refList } from "../contract/fields.ts";

export const firstNonEmptyOrDefaultV1 = defineBlock({
  type: "roboflow_core/first_non_empty_or_default@v1",
  aliases: ["FirstNonEmptyOrDefault"],
  category: "data",
  summary: "Joins branches: the first value that is there, else a default.",
  inputs: () =>
    z.object({
      data: refList("*").describe("Values in the order of preference."),
      default: z.unknown().default(null).describe("Result when none of them is there."),
    }),
  outputs: { output: "*" },
  acceptsEmpty: true,
  example: { data: ["$steps.a.output", "$steps.b.output"], default: "none" },
  run: (inputs) => {
    const found = inputs.data.find((value) => value !== null && value !== undefined);
    return { output: found ?? inputs.default };
  },
});
