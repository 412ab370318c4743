import { z } from "zod";
import { ConfigError } from "../base/errors.ts";
import { suggest } from "../base/suggest.ts";
import { BLOCKS } from "../blocks/catalogue.ts";
import { Definition } from "../definition/document.ts";
import { PAYLOAD_NAMES, payloadSchema } from "../publish/schemas.ts";
import { ConfigSchema } from "./config-schema.ts";

export const SCHEMA_NAMES: readonly string[] = ["definition", "config", ...PAYLOAD_NAMES];

/** JSON Schema by name; throws `ConfigError` for a name that is none. */
export function schemaOf(name: string): unknown {
  if (name === "definition") return definitionSchema();
  if (name === "config") return z.toJSONSchema(ConfigSchema, { io: "input", unrepresentable: "any" });
  const payload = PAYLOAD_NAMES.find((known) => known === name);
  if (payload !== undefined) return payloadSchema(payload);
  const hint = suggest(name, SCHEMA_NAMES) ?? `the schemas are ${SCHEMA_NAMES.join(", ")}`;
  throw new ConfigError("SCHEMA", [
    { code: "SCHEMA_UNKNOWN", path: "", message: `there is no schema "${name}"`, hint },
  ]);
}

/** The document with its steps as a choice among the block types, so that editors can complete them. */
function definitionSchema(): Record<string, unknown> {
  const schema = z.toJSONSchema(Definition, { io: "input", unrepresentable: "any" }) as Record<string, unknown>;
  const properties = schema["properties"] as Record<string, Record<string, unknown>>;
  const steps = BLOCKS.map((block) => {
    const { $schema: _, ...step } = z.toJSONSchema(block.schema, { io: "input", unrepresentable: "any" });
    return { ...step, description: block.summary, additionalProperties: true };
  });
  const written = {
    ...(properties["steps"]?.["items"] as Record<string, unknown>),
    description: "A block of the definition's own.",
  };
  return { ...schema, properties: { ...properties, steps: { type: "array", items: { anyOf: [...steps, written] } } } };
}
