import { BugError, CompileError } from "../base/errors.ts";
import { BLOCKS } from "../blocks/block-list.ts";
import type { Block } from "../blocks/contract/block.ts";
import type { Services } from "../blocks/contract/services.ts";
import { openInits } from "../blocks/registry/init-parameters.ts";
import { initSources, install } from "../blocks/registry/installed.ts";
import type { Plugin } from "../blocks/registry/plugin.ts";
import { check } from "../compiler/compile.ts";
import type { Plan } from "../compiler/plan.ts";
import { openCodeRuntime } from "../dynamic/runtime/code-runtime.ts";
import type { PlanRunner } from "../engine/run-plan.ts";
import { openGeneratedCompiler } from "../expansion/compile-generated.ts";
import { openLibrary } from "../expansion/open-library.ts";
import { blocksOf, openPlanRunner } from "../expansion/open-plan.ts";

export interface ExamplePlanSettings {
  /** Blocks beside the catalogue. */
  blocks: readonly Block[];
  /** What else the plugin of the block brings. */
  plugin: Omit<Plugin, "blocks" | "families">;
  services: Services;
}

/** Compiles a document with the real passes and opens it in this thread; a failed step makes outputs null. */
export async function openExamplePlan(
  document: unknown,
  { blocks, plugin, services }: ExamplePlanSettings,
): Promise<{ plan: Plan; runner: PlanRunner }> {
  const own = new Set(blocks.map(({ type }) => type));
  const core = [...BLOCKS.filter(({ type }) => !own.has(type)), ...blocks];
  const { installed } = install([{ source: "test", plugin }], { core });
  const initParameters = plugin.initialisers;
  const library = openLibrary({ allowCode: true, installed, isExamined: false, initParameters });
  const { plan, issues } = check(document, library);
  if (plan === null) throw new CompileError("COMPILE", issues);
  const initOf = await openInits(blocksOf(plan, installed.catalogue), initSources(installed, initParameters));
  const runner = openPlanRunner(
    plan,
    {
      services,
      initOf,
      runtime: openCodeRuntime({ stateDirectory: null, report: () => {} }),
      catalogued({ type }) {
        const block = installed.catalogue.get(type);
        if (block === undefined) throw new BugError(`no block of type "${type}"`);
        return block;
      },
      compiler: openGeneratedCompiler(() => library),
      openModel: async () => {},
      expansions: new Map(),
    },
    { onError: "isolate" },
  );
  return { plan, runner };
}
