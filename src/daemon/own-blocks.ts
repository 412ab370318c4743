import { CompileError, ConfigError } from "../base/errors.ts";
import { suggest } from "../base/suggest.ts";
import { readDefinition } from "../definition/document.ts";
import type { DynamicBlockDefinition } from "../definition/dynamic-block.ts";
import { readDefinitionFile } from "./read-definition.ts";

/** A block that a definition file brings: the one of that type, or its only one. Throws a `UserError` that names them. */
export async function findOwnBlock(file: string, type: string | null): Promise<DynamicBlockDefinition> {
  const { definition, issues } = readDefinition(await readDefinitionFile(file));
  if (definition === null) throw new CompileError("COMPILE", issues, file);
  const blocks = definition.dynamic_blocks_definitions.flatMap((own) =>
    own.type === "DynamicBlockDefinition" ? [own] : [],
  );
  const found = type === null ? blocks : blocks.filter(({ manifest }) => manifest.block_type === type);
  const [only, ...others] = found;
  if (only !== undefined && others.length === 0) return only;
  const known = blocks.map(({ manifest }) => manifest.block_type);
  const those =
    known.length === 0 ? "the definition brings no blocks of its own" : `its blocks are ${known.join(", ")}`;
  const message =
    type === null
      ? `--block is missing: ${file} brings ${known.length} blocks, expected one`
      : `--block: ${file} brings no block "${type}"`;
  const hint = (type === null ? undefined : suggest(type, known)) ?? those;
  throw new ConfigError("FLAGS", [{ code: "BLOCKS_UNKNOWN", path: "", message, hint }]);
}
