import { z } from "zod";
import { lazy } from "../../base/lazy.ts";
import type { DynamicOutputs } from "../contract/block.ts";

// What steps with outputs of their own choice call them; anything odd in the properties is reported elsewhere.

const Names = lazy(() => z.array(z.string()).catch([]));
const Entries = lazy(() => z.record(z.string(), z.unknown()).catch({}));
const Modes = lazy(() => z.record(z.string(), z.array(z.string())).catch({}));
const Outside = lazy(() => z.object({ outputs: z.array(z.object({ name: z.string() })) }));

/** One for each field that is expected in the text. */
export const expectedFields: DynamicOutputs = ({ expected_fields: fields }) => anyKind(Names().parse(fields));

/** One for each variable, in small letters. */
export const namedSecrets: DynamicOutputs = ({ variables_storing_secrets: variables }) =>
  Object.fromEntries(
    Names()
      .parse(variables)
      .map((name) => [name.toLowerCase(), ["secret"]]),
  );

/** One for each value and way of summing it up. */
export const aggregates: DynamicOutputs = ({ aggregation_mode: modes }) =>
  Object.fromEntries(
    Object.entries(Modes().parse(modes)).flatMap(([name, ways]) => {
      return ways.map((way) => [`${name}_${way}`, AGGREGATE_KINDS[way] ?? ["float", "integer"]] as const);
    }),
  );

const AGGREGATE_KINDS: Readonly<Record<string, readonly string[]>> = {
  distinct: ["list_of_values"],
  values_counts: ["dictionary"],
};

/** One for each field of the JSON that a language model is asked for. */
export const askedFields: DynamicOutputs = ({ json_output: asked, json_output_format: format }) =>
  anyKind(Object.keys(Entries().parse(asked ?? format)));

/** Those of the workflow inside, where it is written down; of a workflow kept elsewhere nothing is known. */
export const innerOutputs: DynamicOutputs = ({ workflow_definition: inside }) => {
  const { data } = Outside().safeParse(inside);
  return anyKind(data === undefined ? ["*"] : data.outputs.map(({ name }) => name));
};

function anyKind(names: readonly string[]): Record<string, readonly string[]> {
  return Object.fromEntries(names.map((name) => [name, ["*"]]));
}
