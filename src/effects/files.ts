import { appendFile, mkdir, readdir, realpath, stat, statfs, truncate } from "node:fs/promises";
import { dirname, isAbsolute, join, relative, resolve } from "node:path";
import { EffectError, MillraceError, messageOf } from "../base/errors.ts";
import { Serial } from "../base/serial.ts";
import type { FileService } from "../blocks/contract/services.ts";

export interface FileSettings {
  /** Blocks may write nothing. */
  isForbidden: boolean;
  /** The only folder that blocks may write to; null for any. */
  directory: string | null;
  /** Most bytes below that folder; null for no limit. */
  budgetBytes: number | null;
  /** Bytes that stay free on the disk. */
  reserveBytes: number;
}

/** Appends to files within a folder and its budget. A write that fails leaves nothing of itself behind. */
export function openFiles(settings: FileSettings): FileService {
  const serial = new Serial();
  const budget = settings.directory === null ? null : new Budget(settings.directory, settings.budgetBytes);
  return {
    append: (path, text) => serial.run(() => append(path, Buffer.from(text), { settings, budget })),
  };
}

interface Writing {
  settings: FileSettings;
  budget: Budget | null;
}

async function append(path: string, data: Buffer, { settings, budget }: Writing): Promise<void> {
  const file = resolve(path);
  if (settings.isForbidden)
    throw new EffectError("FILE_FORBIDDEN", `"${file}" is not written: blocks may write no files here`);
  try {
    await confine(file, settings.directory);
    await mkdir(dirname(file), { recursive: true });
    // Links below the allowed folder may lead out of it.
    await confine(join(await realpath(dirname(file)), "."), settings.directory);
    await keepReserve(file, data.length, settings.reserveBytes);
    await budget?.take(data.length);
    const { size } = await stat(file).catch(() => ({ size: 0 }));
    await appendFile(file, data).catch(async (error: unknown) => {
      await truncate(file, size).catch(() => {});
      throw error;
    });
  } catch (error) {
    if (error instanceof MillraceError) throw error;
    throw new EffectError("FILE_FAILED", `"${file}" cannot be written: ${messageOf(error)}`, {}, { cause: error });
  }
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

async function keepReserve(file: string, bytes: number, reserveBytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(dirname(file));
  const free = bavail * bsize;
  if (free - bytes >= reserveBytes) return;
  const found = `${toMb(free)} MB are free, ${toMb(reserveBytes)} MB have to stay free`;
  throw new EffectError("FILE_DISK_FULL", `"${file}" is not written: ${found}`);
}

/** What lies below a folder against the most that may; the folder is looked through again after a while. */
class Budget {
  readonly #directory: string;
  readonly #limit: number | null;
  #used = 0;
  #countedAt = Number.NEGATIVE_INFINITY;

  constructor(directory: string, limit: number | null) {
    this.#directory = directory;
    this.#limit = limit;
  }

  async take(bytes: number): Promise<void> {
    if (this.#limit === null) return;
    // Others may have made room, or used it.
    if (performance.now() - this.#countedAt > RECOUNT_MS) await this.#count();
    if (this.#used + bytes > this.#limit) {
      const found = `${toMb(this.#used)} MB of ${toMb(this.#limit)} MB are used`;
      throw new EffectError(
        "FILE_BUDGET",
        `the budget of "${this.#directory}" does not hold ${bytes} more bytes: ${found}`,
      );
    }
    this.#used += bytes;
  }

  async #count(): Promise<void> {
    const entries = await readdir(this.#directory, { recursive: true, withFileTypes: true }).catch(() => []);
    const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
    const sizes = await Promise.all(
      files.map((file) =>
        stat(file).then(
          ({ size }) => size,
          () => 0,
        ),
      ),
    );
    this.#used = sizes.reduce((sum, size) => sum + size, 0);
    this.#countedAt = performance.now();
  }
}

const RECOUNT_MS = 60_000;

function toMb(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(1);
}
