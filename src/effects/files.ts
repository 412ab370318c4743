import { appendFile, mkdir, realpath, rename, rm, stat, statfs, truncate, writeFile } from "node:fs/promises";
import { dirname, isAbsolute, join, relative, resolve } from "node:path";
import { EffectError, MillraceError, messageOf } from "../base/errors.ts";
import { Serial } from "../base/serial.ts";
import type { FileService, FilesDeleted } from "../blocks/contract/services.ts";
import { type BudgetLimits, FolderBudget } from "./folder-budget.ts";

export interface FileSettings {
  /** Blocks may write nothing. */
  isForbidden: boolean;
  /** The only folder that blocks may write to; null for any. */
  directory: string | null;
  /** What may lie below that folder; null for no limit. */
  budget: BudgetLimits | null;
  /** Bytes that stay free on the disk. */
  reserveBytes: number;
}

/** Writes files within a folder and its budget. A write that fails leaves nothing of itself behind. */
export function openFiles(settings: FileSettings, onDeleted: (event: FilesDeleted) => void = () => {}): FileService {
  const serial = new Serial();
  const { directory, budget: limits } = settings;
  const budget = directory === null || limits === null ? null : new FolderBudget(directory, limits, onDeleted);
  const writing = { settings, budget };
  return {
    append: (path, text) => serial.run(() => place(path, Buffer.from(text), { ...writing, put: append, adds: all })),
    write: (path, content) =>
      serial.run(() => place(path, Buffer.from(content), { ...writing, put: replace, adds: difference })),
  };
}

interface Writing {
  settings: FileSettings;
  budget: FolderBudget | null;
  put: (file: string, data: Buffer) => Promise<void>;
  /** Bytes that the folder has more afterwards. */
  adds: (file: string, data: Buffer) => Promise<number> | number;
}

async function place(path: string, data: Buffer, { settings, budget, put, adds }: Writing): Promise<void> {
  const file = resolve(path);
  if (settings.isForbidden)
    throw new EffectError("FILE_FORBIDDEN", `"${file}" is not written: blocks may write no files here`);
  try {
    await confine(file, settings.directory);
    await makeFolder(dirname(file));
    // Links below the allowed folder may lead out of it.
    await confine(join(await realpath(dirname(file)), "."), settings.directory);
    await keepReserve(file, data.length, settings.reserveBytes);
    await budget?.take(await adds(file, data), file);
    await put(file, data);
  } catch (error) {
    if (error instanceof MillraceError) throw error;
    throw new EffectError("FILE_FAILED", `"${file}" cannot be written: ${messageOf(error)}`, {}, { cause: error });
  }
}

/** Node's own way of making folders on the way never ends where one can be neither made nor entered, as below /proc. */
async function makeFolder(path: string): Promise<void> {
  const make = () =>
    mkdir(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "EEXIST") throw error;
    });
  try {
    await make();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT" || dirname(path) === path) throw error;
    await makeFolder(dirname(path));
    await make();
  }
}

async function append(file: string, data: Buffer): Promise<void> {
  const size = await sizeOf(file);
  await appendFile(file, data).catch(async (error: unknown) => {
    await truncate(file, size).catch(() => {});
    throw error;
  });
}

/** Readers see the old file or the new one. */
async function replace(file: string, data: Buffer): Promise<void> {
  const beside = `${file}.part`;
  try {
    await writeFile(beside, data);
    await rename(beside, file);
  } catch (error) {
    await rm(beside, { force: true }).catch(() => {});
    throw error;
  }
}

const all = (_: string, data: Buffer) => data.length;
const difference = async (file: string, data: Buffer) => Math.max(0, data.length - (await sizeOf(file)));

async function sizeOf(file: string): Promise<number> {
  const { size } = await stat(file).catch(() => ({ size: 0 }));
  return size;
}

async function confine(path: string, directory: string | null): Promise<void> {
  if (directory === null) return;
  const root = await realpath(directory).catch(() => resolve(directory));
  const inside = [root, resolve(directory)].some((from) => {
    const way = relative(from, path);
    return !way.startsWith("..") && !isAbsolute(way);
  });
  if (!inside) throw new EffectError("FILE_OUTSIDE", `"${path}" is outside of "${directory}", where blocks may write`);
}

/** Throws where the disk would have less free than the reserve. */
export async function keepReserve(file: string, bytes: number, reserveBytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(dirname(file));
  const free = bavail * bsize;
  if (free - bytes >= reserveBytes) return;
  const found = `${toMb(free)} MB are free, ${toMb(reserveBytes)} MB have to stay free`;
  throw new EffectError("FILE_DISK_FULL", `"${file}" is not written: ${found}`);
}

function toMb(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(1);
}
