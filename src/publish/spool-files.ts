import { mkdirSync, readdirSync, readFileSync, unlinkSync, writeFileSync } from "node:fs";
import { type FileHandle, open, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { decodeRecords, type SpoolRecord } from "./spool-record.ts";

/** A segment file found at the start. */
export interface FoundFile {
  name: string;
  bytes: number;
  lostBytes: number;
  records: SpoolRecord[];
}

/** The files of a spool: append-only segments named after their first record, and a cursor behind what was delivered. */
export interface SpoolFiles {
  /** What another run left, oldest first, without what it had delivered. */
  found: FoundFile[];
  /** Files that end in a torn record, as after a crash, or are damaged from some place on. */
  damaged: FoundFile[];
  nextId: number;
  append(name: string, bytes: Buffer): Promise<void>;
  /** The records of a segment found at the start or written since. */
  read(name: string): Promise<SpoolRecord[]>;
  remove(name: string): Promise<void>;
  /** Every record up to `id` is delivered. */
  moveCursor(id: number): Promise<void>;
  close(): Promise<void>;
}

/** Power may fail at any time, but a flash disk must not be worn by syncing each record. */
const SYNC_EVERY_MS = 1000;

/** Opens the directory, making it where it is absent; throws where it cannot be read or written. */
export function openSpoolFiles(directory: string): SpoolFiles {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const cursor = readCursor(directory);
  writeFileSync(join(directory, "cursor"), String(cursor));
  const all = readSegments(directory);
  const found = all.map((file) => ({ ...file, records: file.records.filter(({ id }) => id > cursor) }));
  for (const { name, records } of found) if (records.length === 0) unlinkSync(join(directory, name));
  const lastId = Math.max(cursor, ...all.map(({ name, records }) => records.at(-1)?.id ?? Number.parseInt(name, 10)));
  let current: { name: string; handle: FileHandle } | undefined;
  let syncedAt = 0;

  async function append(name: string, bytes: Buffer): Promise<void> {
    if (current?.name !== name) await turnTo(name);
    await current?.handle.writeFile(bytes);
    if (performance.now() - syncedAt < SYNC_EVERY_MS) return;
    await current?.handle.datasync();
    syncedAt = performance.now();
  }

  async function turnTo(name: string): Promise<void> {
    await closeCurrent();
    current = { name, handle: await open(join(directory, name), "a", 0o600) };
  }

  async function closeCurrent(): Promise<void> {
    const closing = current;
    current = undefined;
    if (closing === undefined) return;
    await closing.handle.datasync().finally(() => closing.handle.close());
  }

  return {
    found: found.filter(({ records }) => records.length > 0),
    damaged: all.filter(({ lostBytes }) => lostBytes > 0),
    nextId: lastId + 1,
    append,
    async read(name) {
      const { records } = decodeRecords(await readFile(join(directory, name)));
      return records.filter(({ id }) => id > cursor);
    },
    async remove(name) {
      if (current?.name === name) {
        await current.handle.close();
        current = undefined;
      }
      await rm(join(directory, name), { force: true });
    },
    async moveCursor(id) {
      await writeFile(join(directory, "cursor.new"), String(id));
      await rename(join(directory, "cursor.new"), join(directory, "cursor"));
    },
    close: closeCurrent,
  };
}

function readCursor(directory: string): number {
  try {
    return Number.parseInt(readFileSync(join(directory, "cursor"), "utf8"), 10) || 0;
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === "ENOENT") return 0;
    throw thrown;
  }
}

function readSegments(directory: string): FoundFile[] {
  const names = readdirSync(directory).filter((name) => /^\d{16}\.segment$/.test(name));
  return names.toSorted().map((name) => {
    const bytes = readFileSync(join(directory, name));
    return { name, bytes: bytes.length, ...decodeRecords(bytes) };
  });
}
