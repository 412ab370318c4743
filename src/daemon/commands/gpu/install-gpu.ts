import { existsSync } from "node:fs";
import { copyFile, link, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { MillraceError, messageOf } from "../../../base/errors.ts";
import { compileShim, shimMark } from "../../../inference/gpu/ort-shim.ts";
import { markAt, type RuntimeFiles, runtimeFiles } from "../../../inference/gpu/runtime-files.ts";
import { type ProviderFolder, readProviderFolder } from "./provider-folder.ts";

export interface InstallSettings {
  /** Folder with libraries of providers. */
  from?: string | undefined;
  /** The package onnxruntime-node, in place of the one that this program loads. */
  runtime?: string | undefined;
  isDryRun?: boolean;
}

/** What was put beside the binding, for `gpu remove`. */
interface Placed {
  from: string | null;
  /** Names of files. */
  files: string[];
}

/**
 * Puts the library that passes options on before the runtime's core, and libraries of providers beside it; says what was done. Each file is
 * whole or not there, and the binding finds a core at every moment, so that an install that was killed may run again.
 */
export async function installGpu({ from, runtime, isDryRun = false }: InstallSettings): Promise<string[]> {
  const files = runtimeHere(runtime);
  const found = from === undefined ? null : readProviderFolder(from, files.release);
  const steps = await stepsFor(files, found, from === undefined ? null : resolve(from));
  for (const { act } of isDryRun ? [] : steps) await writing(files, act);
  return steps.map(({ what }) => what);
}

/** Puts everything back as the package has it; says what was done. */
export async function removeGpu({ runtime }: Pick<InstallSettings, "runtime">): Promise<string[]> {
  const files = runtimeHere(runtime);
  const { entry, core, kept, folder } = files;
  const done: string[] = [];
  await writing(files, async () => {
    if (markAt(entry) !== null) {
      await rename(existsSync(kept) ? kept : core, entry);
      done.push(`the package's own core is ${entry} again`);
    }
    const { files: placed } = await readPlaced(folder);
    const extras = [basename(core), basename(kept), SHIM, ...placed];
    for (const name of extras) {
      if (existsSync(join(folder, name))) done.push(`removed: ${join(folder, name)}`);
      for (const path of [join(folder, name), made(join(folder, name))]) await rm(path, { force: true });
    }
    await rm(join(folder, RECORD), { force: true });
  });
  return done;
}

/** The runtime of this machine; throws `MillraceError` where there is no way to a GPU. */
export function runtimeHere(runtime: string | undefined): RuntimeFiles {
  if (process.platform !== "linux")
    throw new MillraceError("GPU_PLATFORM", `an NVIDIA GPU is reached on Linux alone, this is ${process.platform}`);
  try {
    const files = runtimeFiles(runtime);
    if (existsSync(files.entry)) return files;
    throw new MillraceError("GPU_FILES", `${files.entry} is not there; install onnxruntime-node again`);
  } catch (error) {
    if (error instanceof MillraceError) throw error;
    throw new MillraceError("GPU_FILES", `the package onnxruntime-node cannot be read: ${messageOf(error)}`);
  }
}

const RECORD = "millrace-gpu.json";
/** The compiled library, until it is put in place. */
const SHIM = "libonnxruntime_shim.so";

/** What an install has put into the folder of the binding. */
export async function readPlaced(folder: string): Promise<Placed> {
  const path = join(folder, RECORD);
  return existsSync(path) ? JSON.parse(await readFile(path, "utf8")) : { from: null, files: [] };
}

interface Step {
  what: string;
  act: () => Promise<void>;
}

async function stepsFor(files: RuntimeFiles, found: ProviderFolder | null, from: string | null): Promise<Step[]> {
  const { entry, core, kept, folder, release } = files;
  const steps: Step[] = [];
  const isOwn = markAt(entry) === null;
  const shim = join(folder, SHIM);
  const isCurrent = markAt(entry) === (await shimMark(release));
  // First, as it is what most likely fails.
  if (!isCurrent)
    steps.push({ what: `compile the library that passes options on`, act: () => compileShim(release, shim) });
  if (isOwn)
    steps.push({ what: `keep the package's core as ${kept}`, act: () => replaceBy(kept, (to) => link(entry, to)) });
  if (found !== null) {
    const names = found.providers.map((path) => basename(path));
    // Written first, so that what a killed install has placed is removed as well.
    const record = async () => {
      const all = new Set([...(await readPlaced(folder)).files, ...names]);
      const text = JSON.stringify({ from, files: [...all] } satisfies Placed);
      await replaceBy(join(folder, RECORD), (to) => writeFile(to, text));
    };
    steps.push({ what: `note what is placed in ${join(folder, RECORD)}`, act: record });
    for (const path of found.providers) steps.push(placing(path, join(folder, basename(path))));
  }
  // What a folder brings was built together; without one the core that is there stays.
  if (found?.core != null) steps.push(placing(found.core, core));
  else if (isOwn || !existsSync(core))
    steps.push({
      what: `put the package's core behind the library, as ${core}`,
      act: () => replaceBy(core, (to) => link(kept, to)),
    });
  if (!isCurrent) steps.push({ what: `put that library before the core, as ${entry}`, act: () => rename(shim, entry) });
  return steps;
}

function placing(path: string, to: string): Step {
  return { what: `copy ${path} to ${to}`, act: () => replaceBy(to, (part) => copyFile(path, part)) };
}

async function replaceBy(to: string, write: (part: string) => Promise<void>): Promise<void> {
  await rm(made(to), { force: true });
  await write(made(to));
  await rename(made(to), to);
}

/** The name of a file that is not whole yet. */
function made(path: string): string {
  return `${path}.new`;
}

async function writing({ folder }: RuntimeFiles, act: () => Promise<void>): Promise<void> {
  await act().catch((error: NodeJS.ErrnoException) => {
    if (error instanceof MillraceError) throw error;
    const hint = error.code === "EACCES" || error.code === "EROFS" ? "; run this as the owner of that folder" : "";
    throw new MillraceError("GPU_FILES", `the libraries in ${folder} cannot be changed: ${error.message}${hint}`);
  });
}
