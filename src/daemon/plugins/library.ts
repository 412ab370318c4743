import type { Installed } from "../../blocks/registry/installed.ts";
import type { Library } from "../../compiler/compile.ts";
import { CODE, type CodeSettings, openLibrary } from "../../expansion/open-library.ts";
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

/** The library of a process: with the plugins and switches that its environment names, which may forbid code as well. */
export async function loadLibrary(settings: LibrarySettings = {}): Promise<LoadedLibrary> {
  const { allowCode = true, plugins, ...code } = settings;
  const { installed, modules } = await loadPlugins(process.env, process.cwd(), plugins);
  const isAllowed = allowCode && codeAllowedByEnvironment(process.env);
  const library = openLibrary({ allowCode: isAllowed, code: { ...CODE, ...code }, installed });
  return { library, installed, plugins: modules };
}

/** The reference's own switch for code in definitions is honoured as well. */
function codeAllowedByEnvironment(environment: NodeJS.ProcessEnv): boolean {
  return !/^(false|0|no)$/i.test(environment["ALLOW_CUSTOM_PYTHON_EXECUTION_IN_WORKFLOWS"] ?? "");
}
