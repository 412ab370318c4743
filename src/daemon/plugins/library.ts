import { keepRecent } from "../../base/keep-recent.ts";
import { BLOCKS } from "../../blocks/block-list.ts";
import type { Installed } from "../../blocks/registry/installed.ts";
import type { Library } from "../../compiler/compile.ts";
import { CODE, type CodeSettings } from "../../expansion/library-of.ts";
import { openLibrary } from "../../expansion/open-library.ts";
import { codeAllowedByEnvironment } from "./code-switch.ts";
import { loadPlugins, type PluginModule, type PluginNames } from "./plugins.ts";

export interface LoadedLibrary {
  library: Library;
  installed: Installed;
  plugins: readonly PluginModule[];
}

export interface LibrarySettings extends Partial<CodeSettings> {
  allowCode?: boolean;
  /** Plugins of a config, beside those of the environment. */
  plugins?: PluginNames;
}

/** A config that is read again has the same library, as a rule. */
const MOST_OPEN = 4;
const open = new Map<string, LoadedLibrary>();

/**
 * The library of a process: with the plugins and switches that its environment names, which may forbid code as well. It is the same
 * one for as long as all of that is the same.
 */
export async function loadLibrary(settings: LibrarySettings = {}): Promise<LoadedLibrary> {
  const { allowCode = true, plugins, ...own } = settings;
  const configured = plugins && { configured: plugins };
  const { installed, modules } = await loadPlugins(process.env, process.cwd(), { core: BLOCKS, ...configured });
  const isAllowed = allowCode && codeAllowedByEnvironment(process.env);
  const code = { ...CODE, ...own };
  // A thread imports a plugin once, whatever becomes of its file.
  const off = installed.switchedOff.map(({ block, reason }) => [block.type, reason]);
  const key = JSON.stringify([modules, off, isAllowed, code]);
  const loaded = open.get(key) ?? {
    library: openLibrary({ allowCode: isAllowed, code, installed }),
    installed,
    plugins: modules,
  };
  return keepRecent(open, key, loaded, MOST_OPEN);
}
