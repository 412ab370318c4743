import { ConfigError, messageOf } from "../../base/errors.ts";
import type { Issue } from "../../base/issue.ts";
import { type Installed, install } from "../../blocks/registry/installed.ts";
import { type NamedPlugin, readPlugin } from "../../blocks/registry/plugin.ts";
import { type BlockFilter, commaList, filterOf } from "../../blocks/registry/switched-off.ts";
import { familyFaults } from "../../inference/families/added.ts";
import { offerOwnLibrary } from "./own-library.ts";
import { resolvePlugin } from "./resolve-plugin.ts";

/** A plugin as it is posted to a thread, which loads it again. */
export interface PluginModule {
  /** Name of the package. */
  source: string;
  url: string;
}

/** What is installed here, and the plugins that it came from. */
export interface Surroundings {
  installed: Installed;
  modules: readonly PluginModule[];
}

/** Loads the plugins that the environment names, from a folder; throws a `ConfigError` with every fault found. */
export async function loadPlugins(environment: NodeJS.ProcessEnv, folder: string): Promise<Surroundings> {
  const issues: Issue[] = [];
  const modules = resolveAll(commaList(environment["WORKFLOWS_PLUGINS"]), folder, issues);
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
    plugins.push({ source, plugin });
  }
  const { installed, issues: found } = install(plugins, filter === undefined ? {} : { filter });
  issues.push(...found, ...familyFaults(installed.families).map(({ source, what }) => loading(source, what)));
  if (issues.length > 0) throw new ConfigError("PLUGINS", issues);
  return installed;
}

function resolveAll(names: readonly string[], folder: string, issues: Issue[]): PluginModule[] {
  return [...new Set(names)].flatMap((source) => {
    try {
      return [{ source, url: resolvePlugin(source, folder) }];
    } catch (error) {
      issues.push({ ...loading(source, messageOf(error)), hint: HINT });
      return [];
    }
  });
}

const HINT = "WORKFLOWS_PLUGINS names npm packages, separated by commas; `npm install` them where millrace is started";

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
