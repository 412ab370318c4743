import { z } from "zod";
import { compileDataOperations, dataOperations } from "../../query/operated-data.ts";
import { PIXELS } from "../../query/operation.ts";
import { defineBlock } from "../contract/block.ts";
import { refMap } from "../contract/fields.ts";
import { ownColumn } from "../reference/together.ts";
import { csvText } from "./csv.ts";

export const csvFormatterV1 = defineBlock({
  type: "roboflow_core/csv_formatter@v1",
  category: "data",
  summary: "Writes values as a table in CSV, with a row for each element of a batch; the last one gets the text.",
  inputs: () =>
    z.object({
      columns_data: refMap(["*"], z.union([z.string(), z.number(), z.boolean()])).describe(
        "Values by the names of their columns; a column timestamp with the time of writing is added.",
      ),
      columns_operations: dataOperations().describe("Operations on the values of a column, by its name."),
    }),
  outputs: { csv_content: "string" },
  batchesOrScalars: ["columns_data"],
  needs: ["time", "pixels"],
  check: ownColumn as never,
  example: {
    columns_data: { camera: "yard", persons: "$steps.detect.predictions" },
    columns_operations: { persons: [{ type: "SequenceLength" }] },
  },
  prepare: ({ columns_operations }) => compileDataOperations(columns_operations),
  runMany: (elements, contexts) => {
    const rows = contexts.map(({ prepared: operate, services }, i) => {
      const row = operate({ ...elements[i]?.columns_data, [PIXELS]: services.pixels });
      return { ...(row as Record<string, unknown>), timestamp: timestampOf(services.time.now()) };
    });
    return elements.map((_, i) => ({ csv_content: i === elements.length - 1 ? csvText(rows) : null }));
  },
});

function timestampOf(now: Date): string {
  return now.toISOString().replace("Z", "000+00:00");
}
