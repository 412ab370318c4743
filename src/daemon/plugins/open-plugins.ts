import { ConfigError, messageOf } from "../../base/errors.ts";
import type { Issue } from "../../base/issue.ts";
import type { Block } from "../../blocks/contract/block.ts";
import { type Installed, install } from "../../blocks/registry/installed.ts";
import { type NamedPlugin, readPlugin } from "../../blocks/registry/plugin.ts";
import type { BlockFilter } from "../../blocks/registry/switched-off.ts";
import { familyFaults } from "../../inference/families/added.ts";
import { offerOwnLibrary } from "./own-library.ts";
import type { PluginModule } from "./resolve-plugin.ts";

/**
 * Imports resolved plugins into this thread, beside millrace's own blocks, `core`; faults join those found before, and are thrown
 * together.
 */
export async function openPlugins(
  modules: readonly PluginModule[],
  { core, filter, issues = [] }: { core: readonly Block[]; filter?: BlockFilter; issues?: Issue[] },
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
  const { installed, issues: found } = install(plugins, filter === undefined ? { core } : { core, filter });
  issues.push(...found, ...familyFaults(installed.families).map(({ source, what }) => loading(source, what)));
  if (issues.length > 0) throw new ConfigError("PLUGINS", issues);
  return installed;
}

async function importModule(source: string, url: string, issues: Issue[]): Promise<unknown> {
  try {
    return await import(url);
  } catch (error) {
    const name = error instanceof Error ? `${error.name}: ` : "";
    issues.push(loading(source, `throws while it is loaded: ${name}${messageOf(error)}`));
    return null;
  }
}

/** A plugin that cannot be loaded. */
export function loading(source: string, what: string): Issue {
  return { code: "PLUGIN_LOAD", class: "PluginLoadingError", path: "", message: `plugin "${source}" ${what}` };
}
