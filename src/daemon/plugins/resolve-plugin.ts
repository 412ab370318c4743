import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { MillraceError } from "../../base/errors.ts";

// Node resolves packages from the module that asks. Plugins belong to the folder the program was started in, and what
// Node offers for that (`createRequire`) does not see packages that are ES modules only.

/** Address of the main module of a package installed for a folder; throws `MillraceError` when there is none. */
export function resolvePlugin(name: string, folder: string): string {
  if (!PACKAGE_NAME.test(name)) throw unloadable("is not the name of an npm package");
  const home = packageFolder(name, resolve(folder));
  if (home === null) throw unloadable("is not installed for the working directory");
  const main = mainModule(home);
  if (main === null || !existsSync(main)) throw unloadable("is installed, but has no main module");
  return pathToFileURL(main).href;
}

const PACKAGE_NAME = /^(?:@[\w.-]+\/)?[\w-][\w.-]*$/;

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
