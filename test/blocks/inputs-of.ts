import type { Block } from "../../src/blocks/contract/block.ts";

/** What a block gets of properties: literals as they are read, with defaults, and values of kinds as they come. */
export function inputsOf(block: Block, values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const inputs: Record<string, unknown> = {};
  for (const [name, schema] of Object.entries(block.schema.shape)) {
    if (name === "type" || name === "name") continue;
    const parsed = schema.safeParse(values[name]);
    inputs[name] = parsed.success ? parsed.data : values[name];
  }
  return inputs;
}
