import { BugError, MillraceError, messageOf, UserError } from "../base/errors.ts";
import type { Issue } from "../base/issue.ts";
import type { Block, BlockManifest } from "../blocks/contract/block.ts";
import type { BlockCode } from "../blocks/contract/code.ts";
import { type InitSources, initFaults } from "../blocks/registry/init-parameters.ts";
import { type Installed, initSources } from "../blocks/registry/installed.ts";
import type { Library } from "../compiler/compile.ts";
import { compileDynamicBlocks } from "../dynamic/declare/dynamic-blocks.ts";
import { processFaults } from "../dynamic/process/child-faults.ts";
import type { SandboxLevel } from "../dynamic/sandbox/sandbox-launch.ts";
import { flattenWorkflows } from "../flatten/flatten-workflows.ts";
import type { ResolveWorkflow } from "../flatten/site.ts";
import { compileSubworkflows } from "./subworkflows.ts";

export interface LibrarySettings {
  allowCode: boolean;
  /** Where code runs; in the thread of the workflow by default, unless it is Python. */
  code?: CodeSettings;
  /** Whether code is looked at by its interpreter, which takes time; true by default. */
  isExamined?: boolean;
  /** Initialisation parameters of blocks beside those of plugins, by `package.name` or `name`. */
  initParameters?: Readonly<Record<string, unknown>> | undefined;
  /** Finds workflows that definitions name instead of writing them; none by default. */
  resolve?: ResolveWorkflow;
}

export interface CodeSettings {
  mode: BlockCode["mode"];
  python: string;
  /** How far code in isolation has to be shut in at least. */
  isolatedLevel: SandboxLevel;
  /** Most milliseconds for one call of code in a process of its own; 250 by default. */
  callMs?: number;
}

export const CODE: CodeSettings = { mode: "local", python: "python3", isolatedLevel: "strong" };

/** What is judged by these blocks, of which `blocks` has those that do not run here as well, by type and alias. */
export function libraryOf(
  { blocks, installed }: { blocks: ReadonlyMap<string, BlockManifest>; installed: Installed },
  settings: LibrarySettings,
): Library {
  const { resolve = () => null, allowCode, code = CODE } = settings;
  const { catalogue, switchedOff } = installed;
  const dynamic = {
    allowCode,
    mode: code.mode,
    python: code.python,
    callMs: code.callMs,
    ...(settings.isExamined === false
      ? {}
      : { examine: (blockCode: BlockCode) => processFaults(blockCode, code.isolatedLevel) }),
    taken: new Set(blocks.keys()),
    kinds: new Set(installed.kinds.keys()),
  };
  const inits = initSources(installed, settings.initParameters);
  return {
    blocks,
    objections: (type, literals) => objections(catalogue.get(type), literals, inits),
    subworkflows: compileSubworkflows,
    flatten: (definition, issues, warnings) => flattenWorkflows(definition, resolve, issues, warnings),
    dynamicBlocks: (definition, issues, code) => compileDynamicBlocks(definition, { ...dynamic, ...code }, issues),
    adviceFor(type) {
      const off = switchedOff.find(({ block }) => block.type === type || block.aliases.includes(type));
      return off === undefined ? undefined : `the block is switched off: ${off.reason}`;
    },
  };
}

/** A block prepares its literal properties before the first frame; what it cannot prepare, it says then. */
function objections(
  block: Block | undefined,
  literals: Readonly<Record<string, unknown>>,
  inits: InitSources,
): readonly Issue[] {
  if (block === undefined) return [];
  const faults = initFaults(block, inits);
  try {
    block.prepare?.(literals);
    return faults;
  } catch (error) {
    if (error instanceof BugError) throw error;
    if (error instanceof UserError) return [...faults, ...error.issues];
    const code = error instanceof MillraceError ? error.code : "COMPILE_STEP_PROPERTY";
    return [...faults, { code, class: "WorkflowSyntaxError", path: "", message: messageOf(error) }];
  }
}
