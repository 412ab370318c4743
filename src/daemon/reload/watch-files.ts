import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";

/** A change counts once two polls in a row see the same content, as editors write a file in several steps. */
const LOOK_EVERY_MS = 400;

export interface FileWatch {
  /** Replaces the set of watched files; files that stay in it keep the content seen last as their baseline. */
  follow(files: readonly string[]): Promise<void>;
  /** Takes their present content as known; call it before reading them. */
  mark(): Promise<void>;
  close(): void;
}

/** Calls `changed` when the content of a file changes, also across renames and on network file systems. */
export function openFileWatch(changed: () => void): FileWatch {
  let followed: readonly string[] = [];
  let known = "";
  let seen = "";
  let isLooking = false;

  async function look(): Promise<void> {
    if (isLooking || followed.length === 0) return;
    isLooking = true;
    const files = followed;
    const found = await digestOf(files);
    isLooking = false;
    const isWhole = found === seen;
    seen = found;
    if (found === known || !isWhole || files !== followed) return;
    known = found;
    changed();
  }

  async function mark(): Promise<void> {
    known = await digestOf(followed);
    seen = known;
  }

  const timer = setInterval(() => void look(), LOOK_EVERY_MS);
  timer.unref();
  return {
    async follow(files) {
      if (files.length === followed.length && files.every((file, i) => file === followed[i])) return;
      followed = [...files];
      await mark();
    },
    mark,
    close: () => clearInterval(timer),
  };
}

/** A file that is not there counts as one with nothing in it. */
async function digestOf(files: readonly string[]): Promise<string> {
  const hash = createHash("sha256");
  for (const file of files) {
    const text = await readFile(file).catch(() => Buffer.alloc(0));
    hash.update(createHash("sha256").update(text).digest());
  }
  return hash.digest("hex");
}
