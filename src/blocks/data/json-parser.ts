import { z } from "zod";
import { defineBlock } from "../contract/block.ts";
import { orRef } from "../contract/fields.ts";
import { expectedFields } from "../reference/dynamic-outputs.ts";
import { reservedField } from "../reference/together.ts";
import { fencedJson } from "./answers/answer-json.ts";

export const jsonParserV1 = defineBlock({
  type: "roboflow_core/json_parser@v1",
  category: "data",
  summary: "Reads the fields of a JSON text, such as the answer of a language model.",
  inputs: () =>
    z.object({
      raw_json: orRef(z.string(), "language_model_output").describe(
        "JSON, or a text with a block fenced as JSON, of which the first one is read.",
      ),
      expected_fields: z
        .array(z.string())
        .describe("Names of the fields that become outputs; one that is missing sets error_status."),
    }),
  outputs: { error_status: "boolean" },
  dynamicOutputs: expectedFields,
  check: reservedField,
  example: { raw_json: '{"count": 3}', expected_fields: ["count"] },
  run: ({ raw_json, expected_fields }) => fieldsOf(raw_json, expected_fields),
});

function fieldsOf(text: string, names: readonly string[]): { error_status: boolean } {
  const json = parsed(fencedJson(text));
  const isObject = typeof json === "object" && json !== null && !Array.isArray(json);
  const fields = isObject ? (json as Record<string, unknown>) : {};
  const has = (name: string) => Object.hasOwn(fields, name);
  const values = names.map((name) => [name, has(name) ? fields[name] : null] as const);
  return { ...Object.fromEntries(values), error_status: json === undefined || !names.every(has) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
