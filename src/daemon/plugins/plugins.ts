import { ConfigError, messageOf } from "../../base/errors.ts";
import type { Issue } from "../../base/issue.ts";
import { type Installed, install } from "../../blocks/registry/installed.ts";
import { type NamedPlugin, readPlugin } from "../../blocks/registry/plugin.ts";
import { type BlockFilter, commaList, filterOf } from "../../blocks/registry/switched-off.ts";
import { familyFaults } from "../../inference/families/added.ts";
import { offerOwnLibrary } from "./own-library.ts";
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

/** Loads the plugins that the environment names, from a folder, and those of a config; throws a `ConfigError` with every fault found. */
export async function loadPlugins(
  environment: NodeJS.ProcessEnv,
  folder: string,
  configured: PluginNames = { names: [], folder },
): Promise<Surroundings> {
  const issues: Issue[] = [];
  const named = commaList(environment["WORKFLOWS_PLUGINS"]);
  const inside = { folders: [folder], called: "the working directory" };
  const beside = { folders: [configured.folder, folder], called: "the folder of the config or the working directory" };
  const found = [
    ...resolveAll(named, { ...inside, hint: HINT, issues }),
    ...resolveAll(configured.names, { ...beside, hint: CONFIG_HINT, at: "/plugins", issues }),
  ];
  // One that is named twice is one.
  const modules = [...new Map(found.map((module) => [module.url, module])).values()];
  const installed = await openPlugins(modules, { filter: filterOf(environment), issues });
  return { installed, modules };
}

/** Imports resolved plugins into this thread; faults join those found before, and are thrown together. */
export async function openPlugins(
  modules: readonly PluginModule[],
  { filter, issues = [] }: { filter?: BlockFilter; issues?: Issue[] } = {},
): Promise<Installed> {
  const plugins: NamedPlugin[] = [];
  if (modules.length > 0) offerOwnLibrary();
  for (const { source, url } of modules) {
    const exported = await importModule(source, url, issues);
    if (exported === null) continue;
    const { plugin, issues: found } = readPlugin(source, exported);
    issues.push(...found);
    plugins.push({ source, url, plugin });
  }
  const { installed, issues: found } = install(plugins, filter === undefined ? {} : { filter });
  issues.push(...found, ...familyFaults(installed.families).map(({ source, what }) => loading(source, what)));
  if (issues.length > 0) throw new ConfigError("PLUGINS", issues);
  return installed;
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

async function importModule(source: string, url: string, issues: Issue[]): Promise<unknown> {
  try {
    return await import(url);
  } catch (error) {
    const name = error instanceof Error ? `${error.name}: ` : "";
    issues.push(loading(source, `throws while it is loaded: ${name}${messageOf(error)}`));
    return null;
  }
}

function loading(source: string, what: string): Issue {
  return { code: "PLUGIN_LOAD", class: "PluginLoadingError", path: "", message: `plugin "${source}" ${what}` };
}
