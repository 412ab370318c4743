import { pythonStub } from "../../dynamic/editor-types/python-stub.ts";
import { typeScriptTypes } from "../../dynamic/editor-types/typescript-types.ts";
import { findOwnBlock } from "../plugins/own-blocks.ts";

export interface BlockTypesQuestion {
  /** Definition with the block; null for the types that all blocks share. */
  definition: string | null;
  /** Its type; optional where the definition has only one. */
  block: string | undefined;
  /** For what all blocks have. */
  isPython: boolean;
}

/** Types for editors: a `.d.ts` for code in JavaScript and TypeScript, a `.pyi` for code in Python. */
export async function blockTypes({ definition, block, isPython }: BlockTypesQuestion): Promise<string> {
  if (definition === null) return isPython ? pythonStub(null) : typeScriptTypes(null);
  const found = await findOwnBlock(definition, block);
  return found.code.type === "PythonCode" ? pythonStub(found) : typeScriptTypes(found);
}
