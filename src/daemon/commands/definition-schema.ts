import { z } from "zod";
import type { BlockManifest } from "../../blocks/contract/block.ts";
import { Definition } from "../../definition/document.ts";

type Schema = Record<string, unknown> & { $defs?: Record<string, unknown> };

/**
 * JSON Schema of definitions with the blocks by type and alias: it refuses what `validate` refuses, as far as one value
 * can be judged without the others. Names that refer to nothing, kinds and levels are beyond it.
 */
export function definitionSchema(blocks: ReadonlyMap<string, BlockManifest>): Schema {
  const { $defs: documentDefs = {}, ...document } = inputSchema(Definition());
  const types = [...new Set(blocks.values())];
  // One schema for all blocks: definitions that they share or that refer to themselves must lie at the root.
  const { anyOf: steps, $defs: blockDefs = {} } = inputSchema(z.union(types.map((block) => block.schema)));
  const known = (steps as Schema[]).map((step, i) => stepSchema(step, types[i] as BlockManifest));
  const properties = document["properties"] as Record<string, Schema>;
  const names = [...blocks.keys()];
  const own = ownStep(properties["steps"]?.["items"] as Schema, names);
  return {
    ...document,
    properties: { ...properties, steps: { type: "array", items: { anyOf: [...known, own] } } },
    ...ownBlocksOnly(names),
    $defs: { ...documentDefs, ...blockDefs },
  };
}

/** What may be written, before defaults. */
export function inputSchema(schema: z.ZodType): Schema {
  return z.toJSONSchema(schema, { io: "input", unrepresentable: "any", override: orCodeFile }) as Schema;
}

/** In a file a definition has the code of a block, or names the file that has it. */
function orCodeFile({ jsonSchema }: { jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  if (jsonSchema.properties?.["run_function_file"] === undefined) return;
  const one = ["run_function_code", "run_function_file"];
  jsonSchema.required = (jsonSchema.required ?? []).filter((name) => !one.includes(name));
  jsonSchema.oneOf = one.map((name) => ({ required: [name] }));
}

const OPTIONS = { type: "object", properties: { after: { type: "array", items: { type: "string" } } } };

/** A property may go by any of its names. */
function stepSchema(step: Schema, { summary, synonyms }: BlockManifest): Schema {
  const own = step["properties"] as Record<string, Schema>;
  const renamed = Object.entries(synonyms);
  const others = renamed.flatMap(([name, names]) => names.map((other) => [other, own[name] ?? {}] as const));
  const required = (step["required"] as string[] | undefined) ?? [];
  const choices = renamed.filter(([name]) => required.includes(name));
  return {
    ...step,
    description: summary,
    properties: { ...own, ...Object.fromEntries(others), step_options: OPTIONS },
    required: required.filter((name) => !choices.some(([chosen]) => chosen === name)),
    ...(choices.length === 0 ? {} : { allOf: choices.map(([name, names]) => oneOfNames([name, ...names])) }),
    additionalProperties: true,
  };
}

function oneOfNames(names: readonly string[]): Schema {
  return { anyOf: names.map((name) => ({ required: [name] })) };
}

function ownStep(step: Schema, names: readonly string[]): Schema {
  const properties = step["properties"] as Record<string, Schema>;
  const type = { ...properties["type"], not: { enum: names } };
  return { ...step, properties: { ...properties, type }, description: "A block of the definition's own." };
}

/** Without blocks of its own a definition has steps of known types alone. */
function ownBlocksOnly(names: readonly string[]): Schema {
  const brings = {
    required: ["dynamic_blocks_definitions"],
    properties: { dynamic_blocks_definitions: { minItems: 1 } },
  };
  // Blocks of nested workflows are offered to all.
  const nests = { properties: { steps: { contains: { required: ["workflow_definition"] } } } };
  const steps = { items: { properties: { type: { enum: names } } } };
  return { anyOf: [{ properties: { steps } }, brings, nests] };
}
