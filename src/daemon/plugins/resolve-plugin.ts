import { existsSync, readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { MillraceError } from "../../base/errors.ts";

// Node resolves packages from the module that asks. Plugins belong to the folder the program was started in, and what
// Node offers for that (`createRequire`) does not see packages that are ES modules only.

/** A plugin as it is posted to a thread, which loads it again. */
export interface PluginModule {
  /** Name of the package. */
  source: string;
  url: string;
}

/** Where packages are looked for, one folder after another, and how these are called; paths are meant from the first. */
export interface PluginHomes {
  folders: readonly string[];
  called: string;
}

/** A plugin by the name of its package, or by the path of its folder or module; throws `MillraceError` when there is none. */
export function resolvePlugin(name: string, { folders, called }: PluginHomes): PluginModule {
  const [first = "."] = folders;
  if (/^(\.{0,2}\/|\.{1,2}$)/.test(name)) return byPath(name, resolve(first, name));
  if (!PACKAGE_NAME.test(name)) throw unloadable("is neither the name of an npm package nor a path (./… or /…)");
  const home = folders.map((folder) => packageFolder(name, resolve(folder))).find((found) => found !== null);
  if (home === undefined) throw unloadable(`is not installed for ${called}`);
  return { source: name, url: mainOf(home) };
}

const PACKAGE_NAME = /^(?:@[\w.-]+\/)?[\w-][\w.-]*$/;

function byPath(given: string, path: string): PluginModule {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) throw unloadable("leads to no file or folder");
  if (found.isFile()) return { source: given, url: pathToFileURL(path).href };
  if (!existsSync(join(path, "package.json"))) throw unloadable("is a folder without a package.json");
  const { name } = readManifest(join(path, "package.json"));
  return { source: typeof name === "string" ? name : given, url: mainOf(path) };
}

function mainOf(home: string): string {
  const main = mainModule(home);
  if (main === null || !existsSync(main)) throw unloadable("is installed, but has no main module");
  return pathToFileURL(main).href;
}

function unloadable(what: string): MillraceError {
  return new MillraceError("PLUGIN_LOAD", what);
}

function packageFolder(name: string, folder: string): string | null {
  const home = join(folder, "node_modules", name);
  if (existsSync(join(home, "package.json"))) return home;
  const above = dirname(folder);
  return above === folder ? null : packageFolder(name, above);
}

function mainModule(home: string): string | null {
  const manifest = readManifest(join(home, "package.json"));
  const { exports } = manifest;
  if (exports !== undefined && exports !== null) {
    const target = targetOf(isMap(exports) && "." in exports ? exports["."] : exports);
    return target === null ? null : join(home, target);
  }
  try {
    return createRequire(join(home, "package.json")).resolve(home);
  } catch {
    return null;
  }
}

function readManifest(path: string): Record<string, unknown> {
  try {
    const manifest: unknown = JSON.parse(readFileSync(path, "utf8"));
    if (isMap(manifest)) return manifest;
  } catch {
    // Reported below, together with a manifest that is JSON but no object.
  }
  throw unloadable("is installed, but its package.json cannot be read");
}

const CONDITIONS = ["node", "import", "module-sync", "default"];

/** The first target whose conditions hold for an `import` on Node. */
function targetOf(exports: unknown): string | null {
  if (typeof exports === "string") return exports;
  if (Array.isArray(exports)) return exports.map(targetOf).find((target) => target !== null) ?? null;
  if (!isMap(exports)) return null;
  const chosen = Object.entries(exports).filter(([condition]) => CONDITIONS.includes(condition));
  return chosen.map(([, target]) => targetOf(target)).find((target) => target !== null) ?? null;
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
