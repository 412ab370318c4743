import { randomBytes } from "node:crypto";
import { mkdir, readFile, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { cacheFolder } from "./cache-folder.ts";

/** Plain JSON. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

/**
 * What was learned about this machine, kept from one start to the next. It never fails: what cannot be read is as if it
 * had not been kept, and what cannot be written is not kept.
 */
export interface HostCache {
  /** What was kept under exactly this key, where `is` takes it. */
  find<T>(key: Json, is: (value: unknown) => value is T): Promise<T | undefined>;
  keep(key: Json, value: Json): Promise<void>;
}

/** Entries of one name: a machine has few binaries and drivers, and they are replaced by others. */
const MOST_ENTRIES = 8;
const OTHERS_WRITE = 0o022;

interface Entry {
  key: unknown;
  value: unknown;
}

/** The entries of one name, in the user's cache folder; the name says what they are and in which form. */
export function openHostCache(name: string, environment: NodeJS.ProcessEnv = process.env): HostCache {
  const cache = cacheFolder(environment);
  const folder = cache === null ? null : join(cache, "host");
  const file = join(folder ?? "", `${name}.json`);

  async function entries(): Promise<Entry[]> {
    if (folder === null || !(await isOurs(folder))) return [];
    const text = await readFile(file, "utf8").catch(() => "[]");
    return entriesIn(text);
  }

  return {
    async find(key, is) {
      const found = (await entries()).find((entry) => isDeepStrictEqual(entry.key, key));
      return found !== undefined && is(found.value) ? found.value : undefined;
    },
    async keep(key, value) {
      if (folder === null) return;
      await mkdir(folder, { recursive: true, mode: 0o700 }).catch(() => {});
      if (!(await isOurs(folder))) return;
      const others = (await entries()).filter((entry) => !isDeepStrictEqual(entry.key, key));
      const kept: Entry[] = [{ key, value }, ...others].slice(0, MOST_ENTRIES);
      await writeWhole(file, JSON.stringify(kept)).catch(() => {});
    },
  };
}

/** What changes with the content of a file, without reading it; null where there is no such file. */
export async function fileIdentity(path: string): Promise<Json> {
  try {
    const real = await realpath(path);
    const { size, mtimeMs, ctimeMs, ino } = await stat(real);
    return { path: real, size, mtimeMs, ctimeMs, ino };
  } catch {
    return null;
  }
}

/** What others could have put there is not believed. */
async function isOurs(folder: string): Promise<boolean> {
  const found = await stat(folder).catch(() => null);
  if (found === null) return false;
  return found.isDirectory() && found.uid === process.getuid?.() && (found.mode & OTHERS_WRITE) === 0;
}

function entriesIn(text: string): Entry[] {
  try {
    const parsed: unknown = JSON.parse(text);
    return Array.isArray(parsed) ? parsed.filter(isEntry) : [];
  } catch {
    return [];
  }
}

function isEntry(value: unknown): value is Entry {
  return typeof value === "object" && value !== null && "key" in value && "value" in value;
}

/** Readers see the old file or the new one. */
async function writeWhole(file: string, text: string): Promise<void> {
  const beside = `${file}.${randomBytes(6).toString("hex")}`;
  try {
    await writeFile(beside, text, { mode: 0o600, flag: "wx" });
    await rename(beside, file);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
}
