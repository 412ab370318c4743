import type { Installed } from "../../blocks/registry/installed.ts";
import { LoadedBlocks } from "../../blocks/registry/loaded-blocks.ts";
import { filterOf } from "../../blocks/registry/switched-off.ts";
import { type Plan, typesIn } from "../../compiler/plan.ts";
import type { GeneratedCompiler } from "../../expansion/compile-generated.ts";
import { openPlugins } from "../plugins/open-plugins.ts";
import type { PluginModule } from "../plugins/resolve-plugin.ts";

/** What the plans of a thread may use. */
export interface Needed {
  installed: Installed;
  /** Null as long as no step generates workflows. */
  compiler: GeneratedCompiler | null;
}

/**
 * The blocks of a workflow's thread: all of plugins, and those of millrace's own that its plans name. A step that generates workflows
 * may name any block, and brings the compiler.
 */
export class NeededBlocks {
  readonly #plugins: readonly PluginModule[];
  readonly #own = new LoadedBlocks();
  #needed: Needed | null = null;

  constructor(plugins: readonly PluginModule[]) {
    this.#plugins = plugins;
  }

  /** Loads what a plan needs, beside what was needed before. */
  async load(plan: Plan): Promise<Needed> {
    const { types, generates } = typesIn(plan);
    const isMore = await (generates ? this.#own.loadAll() : this.#own.load(types));
    const before = this.#needed;
    if (before !== null && !isMore && (before.compiler !== null || !generates)) return before;
    // The blocks of plugins are opened again on this thread: functions do not travel.
    const filter = filterOf(process.env);
    const installed = await openPlugins(this.#plugins, { core: this.#own.blocks, filter });
    const compiler = generates ? await openCompiler(installed) : (before?.compiler ?? null);
    this.#needed = { installed, compiler };
    return this.#needed;
  }
}

async function openCompiler(installed: Installed): Promise<GeneratedCompiler> {
  const [{ openGeneratedCompiler }, { openLibrary }] = await Promise.all([
    import("../../expansion/compile-generated.ts"),
    import("../../expansion/open-library.ts"),
  ]);
  return openGeneratedCompiler(() => openLibrary({ allowCode: true, installed, isExamined: false }));
}
