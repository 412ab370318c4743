import { existsSync, readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";

/** The libraries of ONNX Runtime in its package. */
export interface RuntimeFiles {
  release: string;
  /** Where the binding lies. */
  folder: string;
  /** What the binding loads: the package's own core, or the library that passes options on. */
  entry: string;
  /** The core behind that library. */
  core: string;
  /** The package's own core, kept while it is not the entry. */
  kept: string;
}

/** What every compiled library of `ort-shim.ts` has in it. */
export const MARK_START = "millrace-ort-shim:";

/** The core is a thousand times larger. */
const LARGEST_SHIM = 2 ** 20;

/** Of the package in `packageFolder`, or of the one that this program loads. */
export function runtimeFiles(packageFolder = ownPackage()): RuntimeFiles {
  const folder = join(packageFolder, "bin/napi-v6", process.platform, process.arch);
  const manifest = JSON.parse(readFileSync(join(packageFolder, "package.json"), "utf8")) as { version: string };
  return {
    release: manifest.version,
    folder,
    entry: join(folder, "libonnxruntime.so.1"),
    core: join(folder, "libonnxruntime_real.so.1"),
    kept: join(folder, "libonnxruntime_package.so.1"),
  };
}

/** The mark of the library in place of the core, null where the core itself is there. */
export function markAt(path: string): string | null {
  if (!existsSync(path) || statSync(path).size > LARGEST_SHIM) return null;
  const bytes = readFileSync(path);
  const at = bytes.indexOf(MARK_START);
  return at < 0 ? null : bytes.toString("latin1", at, bytes.indexOf(0, at));
}

let passes: boolean | undefined;

/** Whether options of providers reach them in this process, which loads the libraries once. */
export function passesOptions(): boolean {
  passes ??= process.platform === "linux" && markAt(runtimeFiles().entry) !== null;
  return passes;
}

function ownPackage(): string {
  return resolve(createRequire(import.meta.url).resolve("onnxruntime-node"), "../..");
}
