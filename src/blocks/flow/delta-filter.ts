import { z } from "zod";
import { areEqual } from "../../query/python-values.ts";
import { defineBlock } from "../contract/block.ts";
import { inputRef, ref, stepRefs } from "../contract/fields.ts";

export const deltaFilterV1 = defineBlock({
  type: "roboflow_core/delta_filter@v1",
  category: "flow",
  summary: "Lets steps run only where a value differs from the one before it on the same camera.",
  inputs: () =>
    z.object({
      image: inputRef("image").describe("Image of the camera or video that the value belongs to."),
      value: ref("*").describe("Value to watch; lists and dictionaries are compared by their content."),
      next_steps: stepRefs().describe("Steps that run when the value has changed, and on the first value."),
    }),
  outputs: {},
  flow: true,
  example: { image: "$inputs.image", value: "$steps.counter.count_in", next_steps: ["$steps.notify"] },
  state: () => ({ last: null as unknown }),
  keeps: [],
  run: ({ value, next_steps }, { state }) => {
    if (areEqual(value, state.last)) return [];
    state.last = value;
    return next_steps;
  },
});
