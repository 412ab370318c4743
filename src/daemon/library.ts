import { MillraceError, messageOf, UserError } from "../base/errors.ts";
import type { Issue } from "../base/issue.ts";
import type { Block } from "../blocks/block.ts";
import { CATALOGUE } from "../blocks/catalogue.ts";
import type { Library } from "../compiler/compile.ts";
import { compileDynamicBlocks } from "../dynamic/dynamic-blocks.ts";
import type { ResolveWorkflow } from "../dynamic/inline-site.ts";
import { inlineWorkflows } from "../dynamic/inline-workflows.ts";

export interface LibrarySettings {
  allowCode: boolean;
  /** Finds workflows that definitions name instead of writing them; none by default. */
  resolve?: ResolveWorkflow;
}

/** What definitions may build on here: the catalogue, and blocks of their own unless code is switched off. */
export function openLibrary({ resolve = () => null, ...settings }: LibrarySettings): Library {
  const taken = new Set(CATALOGUE.keys());
  return {
    blocks: CATALOGUE,
    objections: (type, literals) => objections(CATALOGUE.get(type), literals),
    inline: (definition, issues) => inlineWorkflows(definition, resolve, issues),
    dynamicBlocks: (definition, issues) => compileDynamicBlocks(definition, { ...settings, taken }, issues),
  };
}

/** A block prepares its literal properties before the first frame; what it cannot prepare, it says then. */
function objections(block: Block | undefined, literals: Readonly<Record<string, unknown>>): readonly Issue[] {
  try {
    block?.prepare?.(literals);
    return [];
  } catch (error) {
    if (error instanceof UserError) return error.issues;
    const code = error instanceof MillraceError ? error.code : "COMPILE_STEP_PROPERTY";
    return [{ code, class: "WorkflowSyntaxError", path: "", message: messageOf(error) }];
  }
}

/** The reference's own switch for code in definitions is honoured as well. */
export function codeAllowedByEnvironment(environment: NodeJS.ProcessEnv): boolean {
  return !/^(false|0|no)$/i.test(environment["ALLOW_CUSTOM_PYTHON_EXECUTION_IN_WORKFLOWS"] ?? "");
}
