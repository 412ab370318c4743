import { z } from "zod";
import { defineBlock } from "../../contract/block.ts";
import { ref } from "../../contract/fields.ts";

export const dimensionCollapseV1 = defineBlock({
  type: "roboflow_core/dimension_collapse@v1",
  aliases: ["DimensionCollapse"],
  category: "transformation",
  summary: "Turns the innermost level of a batch into a list.",
  inputs: () => z.object({ data: ref("*").describe("Batch whose last level becomes a list.") }),
  outputs: { output: "list_of_values" },
  autoBatch: ["data"],
  outputOffset: -1,
  example: { data: "$steps.crop.crops" },
  run: ({ data }) => ({ output: data as unknown[] }),
});
