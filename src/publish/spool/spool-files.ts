import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { type FileHandle, open, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { messageOf } from "../../base/errors.ts";
import { bootAfter, type UptimeClock } from "./spool-clock.ts";
import { cursorText, openCursor, type StoredSegment } from "./spool-cursor.ts";
import {
  type Boot,
  decodeRecords,
  encodeRecord,
  type Loss,
  type Place,
  type SpoolRecord,
  type StoredRecord,
} from "./spool-record.ts";

/** A segment file of another run, or one that was written and is read again. */
export interface SegmentFile {
  name: string;
  bytes: number;
  /** Without what was delivered. */
  records: [SpoolRecord, Place][];
  loss: Loss;
}

/** The files of a spool: append-only segments named after their first record, and a cursor behind what was delivered. */
export interface SpoolFiles {
  /** What another run left, oldest first. */
  found: SegmentFile[];
  /** Files that cannot be read now; they stay. */
  unreadable: { name: string; message: string }[];
  /** The cursor does not match these files: its records are delivered again. */
  isCursorLost: boolean;
  /** Throws where the directory cannot be written. */
  proveWritable(): void;
  /** For a file that begins with the next record. */
  newName(): string;
  /** Where the records lie now; rejects when they may lie there in part. */
  append(name: string, records: readonly SpoolRecord[]): Promise<Place[]>;
  read(name: string): Promise<SegmentFile>;
  remove(name: string): Promise<void>;
  /** Moves a damaged file out of the spool and keeps it as `.damaged`. */
  setAside(name: string): Promise<void>;
  /** Every record of a segment up to this one is delivered. */
  moveCursor(place: Place): Promise<void>;
  close(): Promise<void>;
}

/** Power may fail at any time, but a flash disk must not be worn by syncing each record. */
const SYNC_EVERY_MS = 1000;
/** Damaged files that are kept. */
const KEPT_ASIDE = 4;

/** Opens the directory, making it where it is absent; throws where it cannot be read. */
export function openSpoolFiles(directory: string, clock: UptimeClock): SpoolFiles {
  if (!existsSync(directory)) mkdirSync(directory, { recursive: true, mode: 0o700 });
  const { segments, unreadable } = readSegments(directory);
  const cursor = openCursor(directory, segments);
  const last = segments.flatMap(({ stored }) => stored).at(-1);
  const now = bootAfter(last, clock);
  const path = (name: string) => join(directory, name);
  let nextNumber = 1 + Math.max(0, last?.number ?? 0, ...[...segments, ...unreadable].map(({ name }) => firstOf(name)));
  let current: { name: string; handle: FileHandle } | undefined;
  let syncedAt = 0;

  async function append(name: string, records: readonly SpoolRecord[]): Promise<Place[]> {
    const encoded = records.map((record) => encodeStored(record, nextNumber++, now));
    try {
      if (current?.name !== name) await turnTo(name);
      await current?.handle.writeFile(Buffer.concat(encoded.map(({ bytes }) => bytes)));
      if (performance.now() - syncedAt < SYNC_EVERY_MS) return encoded;
      await current?.handle.datasync();
      syncedAt = performance.now();
      return encoded;
    } catch (thrown) {
      await leave(name).catch(() => {});
      throw thrown;
    }
  }

  async function turnTo(name: string): Promise<void> {
    await closeCurrent();
    current = { name, handle: await open(path(name), "a", 0o600) };
  }

  async function closeCurrent(): Promise<void> {
    const closing = current;
    current = undefined;
    if (closing === undefined) return;
    await closing.handle.datasync().finally(() => closing.handle.close());
  }

  async function leave(name: string): Promise<void> {
    if (current?.name !== name) return;
    const closing = current;
    current = undefined;
    await closing.handle.close();
  }

  const asSegment = ({ name, bytes, stored, loss }: StoredSegment): SegmentFile => {
    const left = cursor.undelivered(name, stored);
    return { name, bytes, records: left.map((one) => [onUptime(one, now), one]), loss };
  };

  return {
    found: segments.map(asSegment),
    unreadable,
    isCursorLost: cursor.isLost,
    proveWritable() {
      writeFileSync(path("cursor.new"), cursor.text, { mode: 0o600 });
      renameSync(path("cursor.new"), path("cursor"));
    },
    newName: () => nameOf(nextNumber),
    append,
    read: async (name) => asSegment(segmentOf(name, await bytesOf(path(name)))),
    async remove(name) {
      await leave(name);
      await rm(path(name), { force: true });
    },
    async setAside(name) {
      await leave(name);
      await rename(path(name), path(name.replace(/segment$/, "damaged")));
      await forgetOldest(directory);
    },
    async moveCursor(place) {
      cursor.text = cursorText(place);
      await writeFile(path("cursor.new"), cursor.text, { mode: 0o600 });
      await rename(path("cursor.new"), path("cursor"));
    },
    close: closeCurrent,
  };
}

function readSegments(directory: string) {
  const segments: StoredSegment[] = [];
  const unreadable: { name: string; message: string }[] = [];
  for (const name of readdirSync(directory)
    .filter((entry) => /^\d{16}\.segment$/.test(entry))
    .toSorted()) {
    try {
      segments.push(segmentOf(name, readFileSync(join(directory, name))));
    } catch (thrown) {
      unreadable.push({ name, message: messageOf(thrown) });
    }
  }
  return { segments, unreadable };
}

function segmentOf(name: string, bytes: Buffer): StoredSegment {
  const { records, loss } = decodeRecords(bytes, firstOf(name));
  return { name, bytes: bytes.length, stored: records, loss };
}

function encodeStored(record: SpoolRecord, number: number, now: Boot) {
  const { bytes, crc } = encodeRecord({ ...record, storedAt: record.storedAt + now.base }, number, now);
  return { bytes, crc, number };
}

/** Earlier boots lie before zero. */
function onUptime({ record }: StoredRecord, { base }: Boot): SpoolRecord {
  return { ...record, storedAt: record.storedAt - base };
}

/** Nothing of a file that is gone. */
async function bytesOf(path: string): Promise<Buffer> {
  return readFile(path).catch((thrown: NodeJS.ErrnoException) => {
    if (thrown.code === "ENOENT") return Buffer.alloc(0);
    throw thrown;
  });
}

async function forgetOldest(directory: string): Promise<void> {
  const names = (await readdir(directory)).filter((name) => name.endsWith(".damaged")).toSorted();
  for (const name of names.slice(0, -KEPT_ASIDE)) await rm(join(directory, name), { force: true });
}

function nameOf(number: number): string {
  return `${String(number).padStart(16, "0")}.segment`;
}

function firstOf(name: string): number {
  return Number.parseInt(name, 10);
}
