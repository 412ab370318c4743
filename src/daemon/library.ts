import { CATALOGUE } from "../blocks/catalogue.ts";
import type { Library } from "../compiler/compile.ts";
import { compileDynamicBlocks } from "../dynamic/dynamic-blocks.ts";

/** What definitions may build on here: the catalogue, and blocks of their own unless code is switched off. */
export function openLibrary(settings: { allowCode: boolean }): Library {
  const taken = new Set(CATALOGUE.keys());
  return {
    blocks: CATALOGUE,
    dynamicBlocks: (definition, issues) => compileDynamicBlocks(definition, { ...settings, taken }, issues),
  };
}

/** The reference's own switch for code in definitions is honoured as well. */
export function codeAllowedByEnvironment(environment: NodeJS.ProcessEnv): boolean {
  return !/^(false|0|no)$/i.test(environment["ALLOW_CUSTOM_PYTHON_EXECUTION_IN_WORKFLOWS"] ?? "");
}
