import { z } from "zod";
import { pythonText } from "../../query/python-text.ts";
import { defineBlock, type TogetherFault } from "../contract/block.ts";
import { orRef, stepRefMap, stepRefs } from "../contract/fields.ts";

export const switchCaseV1 = defineBlock({
  type: "roboflow_core/switch_case@v1",
  aliases: ["SwitchCase"],
  category: "flow",
  summary: "Lets the one step run that is named for a value.",
  inputs: () =>
    z.object({
      value: orRef(z.union([z.string(), z.number(), z.boolean()]), "*").describe(
        "Value to choose by, compared as text; booleans read True and False.",
      ),
      cases: stepRefMap().default({}).describe("Steps by the texts of the value."),
      case_insensitive: z.boolean().default(false).describe("Whether capitals and small letters are the same."),
      default_next_steps: stepRefs().default([]).describe("Steps that run for any other value."),
    }),
  outputs: {},
  flow: true,
  check: ({ cases = {}, case_insensitive }) => (case_insensitive ? collisions(Object.keys(cases)) : []),
  example: {
    value: "$steps.model.class",
    cases: { car: "$steps.on_car", bus: "$steps.on_bus" },
    default_next_steps: ["$steps.otherwise"],
  },
  run: ({ value, cases, case_insensitive, default_next_steps }) => {
    const fold = (text: string) => (case_insensitive ? text.toLowerCase() : text);
    const wanted = fold(pythonText(value));
    const found = Object.entries(cases).find(([name]) => fold(name) === wanted);
    return found === undefined ? default_next_steps : [found[1]];
  },
});

/** Of two texts that differ in capitals alone, the second could never be chosen. */
function collisions(names: readonly string[]): TogetherFault[] {
  const folded = names.map((name) => name.toLowerCase());
  return names.flatMap((name, i) => {
    const first = folded.indexOf(folded[i] ?? "");
    if (first === i) return [];
    return [{ property: "cases", what: `has "${names[first]}" and "${name}", which are the same without capitals` }];
  });
}
