import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What is to be closed at the end, in reverse order, and a folder that is gone then. */
export interface Workplace {
  folder: string;
  /** Has `close` called at the end. */
  keep: <T extends { close: () => Promise<void> }>(opened: T) => T;
}

/** Runs `work` and closes everything it kept, also when it fails. */
export async function inWorkplace<T>(work: (place: Workplace) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "millrace-bench-"));
  const closers: (() => Promise<void>)[] = [() => rm(folder, { recursive: true, force: true })];
  try {
    return await work({
      folder,
      keep: (opened) => {
        closers.push(() => opened.close());
        return opened;
      },
    });
  } finally {
    for (const close of closers.toReversed()) await close();
  }
}
