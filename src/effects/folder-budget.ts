import { readdir, rm, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { EffectError } from "../base/errors.ts";
import type { FilesDeleted } from "../blocks/contract/services.ts";

export interface BudgetLimits {
  bytes: number;
  /** Files that were not written for longer are deleted; null keeps them. */
  days: number | null;
  /** What makes room: the files that were not written for longest, or nothing. */
  whenFull: "delete_oldest" | "refuse";
}

interface Found {
  path: string;
  size: number;
  changedMs: number;
}

const RECOUNT_MS = 60_000;
const DAY_MS = 86_400_000;

/** What lies below a folder against the most that may; it is looked through now and then, as others write there too. */
export class FolderBudget {
  readonly #directory: string;
  readonly #limits: BudgetLimits;
  readonly #onDeleted: (event: FilesDeleted) => void;
  #used = 0;
  #deleted = 0;
  #countedAt = Number.NEGATIVE_INFINITY;

  constructor(directory: string, limits: BudgetLimits, onDeleted: (event: FilesDeleted) => void) {
    this.#directory = resolve(directory);
    this.#limits = limits;
    this.#onDeleted = onDeleted;
  }

  /** Takes room for more bytes of a file, which is not deleted for itself. Throws an `EffectError` where there is none. */
  async take(bytes: number, file: string): Promise<void> {
    const isDue = performance.now() - this.#countedAt > RECOUNT_MS;
    if (isDue || this.#lacks(bytes)) await this.#makeRoom(bytes, file);
    if (this.#lacks(bytes)) {
      const found = `${toMb(this.#used)} MB of ${toMb(this.#limits.bytes)} MB are used`;
      const message = `the budget of "${this.#directory}" does not hold ${bytes} more bytes: ${found}`;
      throw new EffectError("FILE_BUDGET", message);
    }
    this.#used += bytes;
  }

  #lacks(bytes: number): boolean {
    return this.#used + bytes > this.#limits.bytes;
  }

  async #makeRoom(bytes: number, file: string): Promise<void> {
    const { days, whenFull, bytes: most } = this.#limits;
    const found = await filesBelow(this.#directory);
    this.#used = found.reduce((sum, { size }) => sum + size, 0);
    this.#countedAt = performance.now();
    const oldest = found.filter(({ path }) => path !== file).sort((a, b) => a.changedMs - b.changedMs);
    const expiry = days === null ? Number.NEGATIVE_INFINITY : Date.now() - days * DAY_MS;
    // Nothing is gained by deleting for what never fits.
    const deletes = whenFull === "delete_oldest" && bytes <= most;
    const before = { deleted: this.#deleted, used: this.#used };
    for (const one of oldest) {
      if (one.changedMs >= expiry && !(deletes && this.#lacks(bytes))) break;
      await this.#delete(one);
    }
    const files = this.#deleted - before.deleted;
    if (files === 0) return;
    const freed = before.used - this.#used;
    this.#onDeleted({ type: "files_deleted", directory: this.#directory, files, bytes: freed, count: this.#deleted });
  }

  async #delete({ path, size }: Found): Promise<void> {
    const isGone = await rm(path).then(
      () => true,
      () => false,
    );
    if (!isGone) return;
    this.#used -= size;
    this.#deleted++;
  }
}

async function filesBelow(directory: string): Promise<Found[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch(() => []);
  const paths = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  const found = await Promise.all(
    paths.map((path) =>
      stat(path).then(
        ({ size, mtimeMs }) => [{ path, size, changedMs: mtimeMs }],
        () => [],
      ),
    ),
  );
  return found.flat();
}

function toMb(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(1);
}
