import { z } from "zod";
import { defineBlock } from "../contract/block.ts";
import { ref } from "../contract/fields.ts";
import { keptValue } from "./kept-value.ts";

export const bufferV1 = defineBlock({
  type: "roboflow_core/buffer@v1",
  aliases: ["Buffer"],
  category: "flow",
  summary: "Gives the last values of a camera as a list, the newest first.",
  inputs: () =>
    z.object({
      data: ref("*", "list_of_values", "image").describe("Value to keep; pictures are kept as copies."),
      length: z.int().describe("Values that are kept; older ones are forgotten."),
      pad: z.boolean().default(false).describe("Fill the list up with nulls while there are fewer."),
    }),
  outputs: { output: "list_of_values" },
  example: { data: "$steps.counter.count_in", length: 5, pad: true },
  state: () => ({ values: [] as unknown[] }),
  keeps: [],
  run: ({ data, length, pad }, { state, services }) => {
    const room = Math.max(0, length);
    state.values = [keptValue(data, services.pixels), ...state.values].slice(0, room);
    const missing = pad ? room - state.values.length : 0;
    const output: unknown[] = [...state.values, ...new Array<null>(missing).fill(null)];
    return { output };
  },
});
