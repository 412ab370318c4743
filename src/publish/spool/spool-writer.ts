import { messageOf } from "../../base/errors.ts";
import { RetryGate } from "../../base/retry-gate.ts";
import { Serial } from "../../base/serial.ts";
import type { Report } from "../report/report.ts";
import type { UptimeClock } from "./spool-clock.ts";
import { openSpoolFiles, type SegmentFile, type SpoolFiles } from "./spool-files.ts";
import type { Place } from "./spool-record.ts";
import { type Entry, type Segment, unload } from "./spool-segment.ts";

/** Does the file work of a spool in the background, one thing after the other, and knows whether the disk can be used. */
export interface SpoolWriter {
  readonly storage: "disk" | "memory";
  /** Puts on disk what of the segment is not there yet; `delayed` leaves it the chance to be delivered before. */
  write(segment: Segment, delayed: boolean): void;
  /** The files of a segment; rejects when one cannot be read. */
  read(segment: Segment): Promise<SegmentFile[]>;
  remove(segment: Segment): void;
  moveCursor(place: Place): void;
  /** Writes segments to disk. */
  close(): Promise<void>;
}

export interface WriterSettings {
  directory: string | undefined;
  clock: UptimeClock;
  report: Report;
  /** Longest pause before a disk that failed is tried again; the first is a second, or this. */
  retryMs?: number;
  /** The directory could be opened, at once or at last. */
  opened(files: SpoolFiles): void;
  /** Writing works again: what is in memory can go to disk. */
  recovered(): void;
  /** Records of a segment have a place on disk; some may have been settled while they were written. */
  written(segment: Segment): void;
}

const WRITE_AFTER_MS = 50;
const CURSOR_EVERY_MS = 250;
const FIRST_RETRY_MS = 1000;
const LONGEST_RETRY_MS = 30_000;

/** Starts on a directory; while there is none, or it fails, segments stay in memory and it retries. */
export function openSpoolWriter(settings: WriterSettings): SpoolWriter {
  const { directory, clock, report, retryMs = LONGEST_RETRY_MS } = settings;
  const dirty = new Set<Segment>();
  /** Files of segments that are over, which the disk did not let go of; true for damaged ones. */
  const leftovers = new Map<string, boolean>();
  const gate = new RetryGate({ firstMs: Math.min(FIRST_RETRY_MS, retryMs), longestMs: retryMs });
  let hasFailed = false;
  let isClosing = false;
  let retryTimer: NodeJS.Timeout | undefined;
  let writeTimer: NodeJS.Timeout | undefined;
  let cursorTimer: NodeJS.Timeout | undefined;
  let cursor: Place | undefined;
  let isQueued = false;
  const queue = new Serial();
  let files: SpoolFiles | undefined;
  if (directory !== undefined) tryDisk(directory);

  /** What can be read is read, also where nothing can be written. */
  function tryDisk(place: string): boolean {
    try {
      if (files === undefined) {
        files = openSpoolFiles(place, clock);
        settings.opened(files);
      }
      files.proveWritable();
      return true;
    } catch (thrown) {
      fail(thrown);
      return false;
    }
  }

  function fail(thrown: unknown): void {
    if (directory === undefined) return;
    if (!hasFailed) report({ type: "spool_degraded", directory, message: messageOf(thrown) });
    hasFailed = true;
    if (isClosing || retryTimer !== undefined) return;
    retryTimer = setTimeout(() => retry(directory), gate.failed()).unref();
  }

  function retry(place: string): void {
    retryTimer = undefined;
    if (!tryDisk(place)) return;
    settings.recovered();
    for (const [name, isDamaged] of leftovers) removeFile(name, isDamaged);
    writeNow();
    void enqueue(async () => {
      // A file that still could not be written has asked for another try.
      if (retryTimer !== undefined) return;
      hasFailed = false;
      gate.succeeded();
      report({ type: "spool_recovered", directory: place });
      settings.recovered();
    });
  }

  function enqueue(job: (opened: SpoolFiles) => Promise<void>): Promise<void> {
    const opened = files;
    return opened === undefined ? queue.idle() : queue.run(() => job(opened).catch(fail));
  }

  function writeNow(): void {
    clearTimeout(writeTimer);
    writeTimer = undefined;
    if (isQueued || files === undefined) return;
    isQueued = true;
    void enqueue(async (opened) => {
      isQueued = false;
      const segments = [...dirty];
      dirty.clear();
      for (const segment of segments) await writeSegment(opened, segment);
    });
  }

  async function writeSegment(opened: SpoolFiles, segment: Segment): Promise<void> {
    if (segment.isGone || segment.isVolatile || segment.entries === undefined) return;
    const end = segment.entries.length;
    const entries = segment.entries.slice(segment.written, end).filter((entry) => !entry.isSettled);
    try {
      if (entries.length > 0) await appendTo(opened, segment, entries);
      segment.written = end;
      settings.written(segment);
      unload(segment);
    } catch (thrown) {
      Object.assign(segment, { isVolatile: true, isSealed: true, isTorn: true });
      fail(thrown);
    }
  }

  async function appendTo(opened: SpoolFiles, segment: Segment, entries: readonly Entry[]): Promise<void> {
    if (segment.isTorn || segment.files.length === 0) segment.files.push(opened.newName());
    segment.isTorn = false;
    const records = entries.map(({ record }) => record);
    const places = await opened.append(segment.files.at(-1) ?? "", records);
    for (const [i, place] of places.entries()) Object.assign(entries[i] ?? {}, { place });
  }

  function removeFile(name: string, isDamaged: boolean): void {
    void enqueue(async (opened) => {
      leftovers.set(name, isDamaged);
      await (isDamaged ? opened.setAside(name) : opened.remove(name));
      leftovers.delete(name);
    });
  }

  function writeCursor(): void {
    clearTimeout(cursorTimer);
    cursorTimer = undefined;
    const place = cursor;
    if (place !== undefined) void enqueue((opened) => opened.moveCursor(place));
  }

  return {
    get storage() {
      return files === undefined || hasFailed ? "memory" : "disk";
    },
    write(segment, delayed) {
      if (segment.isVolatile) return;
      dirty.add(segment);
      if (!delayed) writeNow();
      else writeTimer ??= setTimeout(writeNow, WRITE_AFTER_MS).unref();
    },
    read(segment) {
      return new Promise((resolve, reject) => {
        const reading = enqueue((opened) =>
          Promise.all(segment.files.map((name) => opened.read(name))).then(resolve, reject),
        );
        if (files === undefined) void reading.then(() => resolve([]));
      });
    },
    remove(segment) {
      segment.isGone = true;
      dirty.delete(segment);
      for (const name of segment.files) removeFile(name, segment.damaged.has(name));
    },
    moveCursor(place) {
      cursor = place;
      cursorTimer ??= setTimeout(writeCursor, CURSOR_EVERY_MS).unref();
    },
    async close() {
      isClosing = true;
      clearTimeout(retryTimer);
      if (hasFailed && directory !== undefined && tryDisk(directory)) settings.recovered();
      writeNow();
      // What is written last may move the cursor.
      await queue.idle();
      if (cursorTimer !== undefined) writeCursor();
      await enqueue((opened) => opened.close());
    },
  };
}
