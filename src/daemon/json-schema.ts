import { z } from "zod";
import { ConfigError } from "../base/errors.ts";
import { suggest } from "../base/suggest.ts";
import type { Block } from "../blocks/block.ts";
import { BLOCKS } from "../blocks/block-list.ts";
import { Definition } from "../definition/document.ts";
import { PAYLOAD_NAMES, payloadSchema } from "../publish/schemas.ts";
import { ConfigSchema } from "./config-schema.ts";

export const SCHEMA_NAMES: readonly string[] = ["definition", "config", ...PAYLOAD_NAMES];

/** JSON Schema by name, that of definitions with the types of the blocks; throws `ConfigError` for a name that is none. */
export function schemaOf(name: string, blocks: readonly Block[] = BLOCKS): unknown {
  if (name === "definition") return definitionSchema(blocks);
  if (name === "config") return jsonSchema(ConfigSchema);
  const payload = PAYLOAD_NAMES.find((known) => known === name);
  if (payload !== undefined) return payloadSchema(payload);
  const hint = suggest(name, SCHEMA_NAMES) ?? `the schemas are ${SCHEMA_NAMES.join(", ")}`;
  throw new ConfigError("SCHEMA", [
    { code: "SCHEMA_UNKNOWN", path: "", message: `there is no schema "${name}"`, hint },
  ]);
}

/** The document with its steps as a choice among the block types, so that editors can complete them. */
function definitionSchema(types: readonly Block[]): Record<string, unknown> {
  const { $defs: documentDefs = {}, ...document } = jsonSchema(Definition);
  // One schema for all blocks: definitions that they share or that refer to themselves must lie at the root.
  const { anyOf: blocks, $defs: blockDefs = {} } = jsonSchema(z.union(types.map((block) => block.schema)));
  const steps = (blocks as Record<string, unknown>[]).map((step, i) => {
    return { ...step, description: types[i]?.summary, additionalProperties: true };
  });
  const properties = document["properties"] as Record<string, Record<string, unknown>>;
  const written = {
    ...(properties["steps"]?.["items"] as Record<string, unknown>),
    description: "A block of the definition's own.",
  };
  return {
    ...document,
    properties: { ...properties, steps: { type: "array", items: { anyOf: [...steps, written] } } },
    $defs: { ...documentDefs, ...blockDefs },
  };
}

function jsonSchema(schema: z.ZodType): Record<string, unknown> & { $defs?: Record<string, unknown> } {
  return z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as Record<string, unknown>;
}
