import { CompileError, ConfigError } from "../../base/errors.ts";
import { suggest } from "../../base/suggest.ts";
import { type DynamicDefinition, readDefinition } from "../../definition/document.ts";
import type { DynamicBlockDefinition } from "../../definition/dynamic-block.ts";
import { readDefinitionFile } from "../input/read-definition.ts";

/** A code block of a definition file: the one of that type, or its only one. Throws a `UserError` that names them. */
export async function findOwnBlock(file: string, named: string | undefined): Promise<DynamicBlockDefinition> {
  const { document, placed } = await readDefinitionFile(file);
  const { definition, issues } = readDefinition(document);
  if (definition === null) throw new CompileError("COMPILE", placed(issues), file);
  const blocks = definition.dynamic_blocks_definitions;
  return chosenBlock(
    blocks.filter((block) => block.type === "DynamicBlockDefinition"),
    named,
  );
}

/** The block of that type, or the only one. Throws a `ConfigError` that names them all. */
export function chosenBlock<Block extends DynamicDefinition>(
  definitions: readonly Block[],
  named: string | undefined,
): Block {
  const types = definitions.map(({ manifest }) => manifest.block_type);
  const [only, ...others] = definitions;
  const found = named === undefined && others.length === 0 ? only : definitions[types.indexOf(named ?? "")];
  if (found !== undefined) return found;
  const message =
    named === undefined
      ? `--block is missing: the definition brings ${types.length === 0 ? "no blocks" : "several"}`
      : `--block: the definition brings no block "${named}"`;
  const hint =
    (named && suggest(named, types)) ?? (types.length > 0 ? `its blocks are ${types.join(", ")}` : undefined);
  throw new ConfigError("FLAGS", [{ code: "BLOCKS_UNKNOWN", path: "", message, ...(hint ? { hint } : {}) }]);
}
