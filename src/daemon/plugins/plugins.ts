import { messageOf } from "../../base/errors.ts";
import type { Issue } from "../../base/issue.ts";
import type { Block } from "../../blocks/contract/block.ts";
import type { Installed } from "../../blocks/registry/installed.ts";
import { commaList, filterOf } from "../../blocks/registry/switched-off.ts";
import { loading, openPlugins } from "./open-plugins.ts";
import { type PluginHomes, type PluginModule, resolvePlugin } from "./resolve-plugin.ts";

export type { PluginModule } from "./resolve-plugin.ts";

/** What is installed here, and the plugins that it came from. */
export interface Surroundings {
  installed: Installed;
  modules: readonly PluginModule[];
}

/** Plugins that a config names, and the folder of the config. */
export interface PluginNames {
  names: readonly string[];
  folder: string;
}

/**
 * Loads the plugins that the environment names, from a folder, and those of a config, beside millrace's own blocks, `core`; throws a
 * `ConfigError` with every fault found.
 */
export async function loadPlugins(
  environment: NodeJS.ProcessEnv,
  folder: string,
  { core, configured = { names: [], folder } }: { core: readonly Block[]; configured?: PluginNames },
): Promise<Surroundings> {
  const issues: Issue[] = [];
  const named = namedPlugins(environment);
  const inside = { folders: [folder], called: "the working directory" };
  const beside = { folders: [configured.folder, folder], called: "the folder of the config or the working directory" };
  const found = [
    ...resolveAll(named, { ...inside, hint: HINT, issues }),
    ...resolveAll(configured.names, { ...beside, hint: CONFIG_HINT, at: "/plugins", issues }),
  ];
  // One that is named twice is one.
  const modules = [...new Map(found.map((module) => [module.url, module])).values()];
  const installed = await openPlugins(modules, { core, filter: filterOf(environment), issues });
  return { installed, modules };
}

/** Plugins that the environment names. */
export function namedPlugins(environment: NodeJS.ProcessEnv): string[] {
  return commaList(environment["WORKFLOWS_PLUGINS"]);
}

interface Resolving extends PluginHomes {
  hint: string;
  /** Path of the list in a config. */
  at?: string;
  issues: Issue[];
}

function resolveAll(names: readonly string[], { hint, at, issues, ...homes }: Resolving): PluginModule[] {
  return names.flatMap((source, i) => {
    try {
      return [resolvePlugin(source, homes)];
    } catch (error) {
      issues.push({ ...loading(source, messageOf(error)), path: at === undefined ? "" : `${at}/${i}`, hint });
      return [];
    }
  });
}

const HINT =
  "WORKFLOWS_PLUGINS and --plugin name npm packages, or paths; `npm install` the packages where millrace is started";
const CONFIG_HINT = "`plugins` names npm packages that are installed beside the config, or paths from its folder";
