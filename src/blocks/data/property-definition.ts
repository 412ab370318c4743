import { z } from "zod";
import { PIXELS } from "../../query/operation.ts";
import { compileOperations, operationsSchema } from "../../query/query.ts";
import { defineBlock } from "../contract/block.ts";
import { ref } from "../contract/fields.ts";

export const propertyDefinitionV1 = defineBlock({
  type: "roboflow_core/property_definition@v1",
  aliases: ["PropertyDefinition", "PropertyExtraction"],
  category: "data",
  summary: "Derives one value from another by a chain of operations.",
  inputs: () =>
    z.object({
      data: ref("*").describe("Value to start from."),
      operations: operationsSchema().describe("Operations, applied in order."),
    }),
  outputs: { output: "*" },
  example: { data: "$steps.model.predictions", operations: [{ type: "SequenceLength" }] },
  prepare: ({ operations }) => compileOperations(operations),
  run: ({ data }, { prepared, services }) => ({ output: prepared(data, { [PIXELS]: services.pixels }) }),
});
