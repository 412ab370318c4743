import { messageOf } from "../base/errors.ts";
import type { Report } from "./report.ts";
import { openSpoolFiles, type SpoolFiles } from "./spool-files.ts";
import { encodeRecord } from "./spool-record.ts";
import { fill, type Segment, storedSegment, unload } from "./spool-segment.ts";

/** Does the file work of a spool in the background, one thing after the other, and knows whether the disk can be used. */
export interface SpoolWriter {
  /** What an earlier run left. */
  found: Segment[];
  nextId: number;
  /** Whether a new segment should go to disk: it works, or it is time to try it again. */
  wantsMore(): boolean;
  readonly storage: "disk" | "memory";
  /** Puts on disk what of the segment is not there yet; `delayed` leaves it the chance to be delivered before. */
  write(segment: Segment, delayed: boolean): void;
  /** Brings the entries of a segment back; it stays without them when the file cannot be read. */
  load(segment: Segment): Promise<void>;
  remove(segment: Segment): void;
  moveCursor(id: number): void;
  close(): Promise<void>;
}

const WRITE_AFTER_MS = 50;
const CURSOR_EVERY_MS = 250;
const RETRY_AFTER_MS = 30_000;

/** Starts on a directory; without one, or with one that fails, segments stay in memory. */
export function openSpoolWriter(directory: string | undefined, report: Report): SpoolWriter {
  const dirty = new Set<Segment>();
  let failedAt: number | undefined;
  let writeTimer: NodeJS.Timeout | undefined;
  let cursorTimer: NodeJS.Timeout | undefined;
  let cursor = 0;
  let isQueued = false;
  let queue = Promise.resolve();
  const files = directory === undefined ? undefined : tryToOpen(directory);

  function tryToOpen(place: string): SpoolFiles | undefined {
    try {
      const opened = openSpoolFiles(place);
      for (const { name, lostBytes } of opened.damaged) report({ type: "spool_damaged", file: name, lostBytes });
      return opened;
    } catch (thrown) {
      fail(thrown);
      return undefined;
    }
  }

  function fail(thrown: unknown): void {
    if (failedAt === undefined && directory !== undefined) {
      report({ type: "spool_degraded", directory, message: messageOf(thrown) });
    }
    failedAt = performance.now();
  }

  function enqueue(job: (opened: SpoolFiles) => Promise<void>): Promise<void> {
    if (files !== undefined) queue = queue.then(() => job(files)).catch(fail);
    return queue;
  }

  function writeNow(): void {
    clearTimeout(writeTimer);
    writeTimer = undefined;
    if (isQueued) return;
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
      if (entries.length > 0)
        await appendTo(
          opened,
          segment,
          entries.map((entry) => encodeRecord(entry.record)),
        );
      segment.written = end;
      unload(segment);
    } catch (thrown) {
      segment.isVolatile = true;
      segment.isSealed = true;
      fail(thrown);
    }
  }

  async function appendTo(opened: SpoolFiles, segment: Segment, records: Buffer[]): Promise<void> {
    segment.hasFile = true;
    await opened.append(segment.name, Buffer.concat(records));
    if (failedAt !== undefined && directory !== undefined) report({ type: "spool_recovered", directory });
    failedAt = undefined;
  }

  function writeCursor(): void {
    clearTimeout(cursorTimer);
    cursorTimer = undefined;
    void enqueue((opened) => opened.moveCursor(cursor));
  }

  return {
    found: files?.found.map(storedSegment) ?? [],
    nextId: files?.nextId ?? 1,
    wantsMore: () => files !== undefined && (failedAt === undefined || performance.now() - failedAt > RETRY_AFTER_MS),
    get storage() {
      return files === undefined || failedAt !== undefined ? "memory" : "disk";
    },
    write(segment, delayed) {
      if (segment.isVolatile) return;
      dirty.add(segment);
      if (!delayed) writeNow();
      else writeTimer ??= setTimeout(writeNow, WRITE_AFTER_MS).unref();
    },
    load: (segment) => enqueue(async (opened) => fill(segment, await opened.read(segment.name))),
    remove(segment) {
      segment.isGone = true;
      dirty.delete(segment);
      if (segment.hasFile) void enqueue((opened) => opened.remove(segment.name));
    },
    moveCursor(id) {
      cursor = id;
      cursorTimer ??= setTimeout(writeCursor, CURSOR_EVERY_MS).unref();
    },
    async close() {
      writeNow();
      if (cursorTimer !== undefined) writeCursor();
      await enqueue((opened) => opened.close());
    },
  };
}
