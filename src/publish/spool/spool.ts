import { messageOf } from "../../base/errors.ts";
import type { CountedClass } from "../messages/message-counts.ts";
import type { Report } from "../report/report.ts";
import { type UptimeClock, uptimeClock } from "./spool-clock.ts";
import type { SegmentFile, SpoolFiles } from "./spool-files.ts";
import { type SpoolRecord, sizeOf } from "./spool-record.ts";
import {
  addRecord,
  depthOf,
  type Entry,
  fill,
  handOut,
  newSegment,
  oldestOf,
  remaining,
  rewind,
  type Segment,
  settle,
  settledPlace,
  storedSegment,
  unsavedOf,
  unsentOf,
} from "./spool-segment.ts";
import { openSpoolWriter } from "./spool-writer.ts";

export type SpoolDrop = "overflow" | "expired" | "too_large" | "damaged";

export interface SpoolLimits {
  /** Of all that is kept. Default 64 MiB. */
  maxBytes?: number;
  /** Of what is not on disk because there is none or it fails. Default 8 MiB. */
  memoryBytes?: number;
  /** Default a week. */
  maxAgeS?: number;
}

export interface SpoolSettings extends SpoolLimits {
  /** Absent: everything stays in memory. */
  directory?: string;
  report: Report;
  dropped(name: CountedClass, reason: SpoolDrop, count: number): void;
  /** `next` may have more than before. */
  ready(): void;
  clock?: UptimeClock;
  /** Longest pause before a disk that failed is tried again. */
  retryMs?: number;
}

export type NewRecord = Omit<SpoolRecord, "storedAt" | "lifeMs"> & { expiryS: number };

/** A bounded queue: oldest out first, nothing removed before it is settled unless room or time runs out, nothing thrown. */
export interface Spool {
  /** `waits`: it cannot be sent now, so it is written at once. */
  append(record: NewRecord, waits: boolean): void;
  /** The oldest record not yet in flight, or undefined when none is loaded; `ready` is called when that changes. */
  next(): Entry | undefined;
  settle(entry: Entry): void;
  /** Seconds for which an entry is still of use. */
  leftS(entry: Entry): number;
  /** Makes unsettled records available again. */
  rewind(): void;
  stats(): SpoolStats;
  /** Writes the remaining messages to disk. */
  close(): Promise<void>;
}

export interface SpoolStats {
  depth: number;
  /** Not given out yet. */
  unsent: number;
  bytes: number;
  storage: "disk" | "memory";
  oldestAgeS: number | null;
}

const MIB = 1024 * 1024;
const WEEK_S = 7 * 24 * 3600;
/** A file that cannot be read is left out for so long. */
const REST_MS = 30_000;
/** What is dropped, written and loaded together is this part of the limit. */
const PARTS = 16;

/** Opens the spool with the records of earlier runs; if the directory cannot be used, it works in memory. */
export function openSpool(settings: SpoolSettings): Spool {
  const { maxBytes = 64 * MIB, memoryBytes = 8 * MIB, maxAgeS = WEEK_S, dropped, report } = settings;
  const { directory, clock = uptimeClock(), retryMs = REST_MS } = settings;
  const segments: Segment[] = [];
  const writer = openSpoolWriter({
    directory,
    clock,
    report,
    retryMs,
    opened: takeOver,
    recovered: saveAll,
    written: moveCursor,
  });

  /** What another run left comes first. */
  function takeOver({ found, unreadable, isCursorLost }: SpoolFiles): void {
    if (isCursorLost) report({ type: "spool_cursor_lost", directory: directory ?? "" });
    for (const { name, message } of unreadable) report({ type: "spool_unreadable", file: name, message });
    for (const { name, loss } of found) if (loss.records > 0) lost(name, loss);
    const taken = found.map(storedSegment);
    segments.unshift(...taken.filter((segment) => depthOf(segment) > 0));
    // The writer is not there yet while it opens.
    setImmediate(() => {
      for (const segment of taken) if (depthOf(segment) === 0) writer.remove(segment);
      settings.ready();
    });
  }

  function lost(file: string, { bytes, records }: SegmentFile["loss"]): void {
    dropped("unknown", "damaged", records);
    report({ type: "spool_damaged", file, lostBytes: bytes, lostRecords: records });
  }

  function saveAll(): void {
    for (const segment of segments) {
      if (!segment.isVolatile) continue;
      segment.isVolatile = false;
      segment.isSealed = true;
      writer.write(segment, false);
    }
  }

  function append({ expiryS, ...record }: NewRecord, waits: boolean): void {
    const full = { ...record, storedAt: clock.nowMs(), lifeMs: Math.min(expiryS, maxAgeS) * 1000 };
    const isVolatile = writer.storage === "memory";
    if (sizeOf(full) > (isVolatile ? memoryBytes : maxBytes) / PARTS) {
      dropped(record.class, "too_large", 1);
      return;
    }
    const segment = tailFor(full, isVolatile);
    addRecord(segment, full, waits);
    keepLimits();
    writer.write(segment, !waits);
  }

  function tailFor(record: SpoolRecord, isVolatile: boolean): Segment {
    const tail = segments.at(-1);
    const limit = (tail?.isVolatile ? memoryBytes : maxBytes) / PARTS;
    const isFull = tail !== undefined && tail.bytes + sizeOf(record) > limit;
    if (tail !== undefined && !tail.isSealed && !isFull && tail.isVolatile === isVolatile) return tail;
    if (tail !== undefined && !tail.isSealed) {
      tail.isSealed = true;
      writer.write(tail, false);
    }
    const segment = newSegment(isVolatile);
    segments.push(segment);
    return segment;
  }

  function keepLimits(): void {
    dropOldest((segment) => ageMs(segment.lastAt) > maxAgeS * 1000, "expired");
    while (bytesOf(segments) > maxBytes && dropOldest(() => true, "overflow"));
    const inMemory = () => segments.filter((segment) => segment.isVolatile);
    while (bytesOf(inMemory()) > memoryBytes && dropOldest((segment) => segment.isVolatile, "overflow"));
  }

  /** What is in flight stays: its fate is known soon. */
  function dropOldest(isMeant: (segment: Segment) => boolean, reason: SpoolDrop): boolean {
    const segment = segments.find((one) => isMeant(one) && one.handed === one.settled && one !== segments.at(-1));
    if (segment === undefined) return false;
    dropSegment(segment, reason);
    return true;
  }

  function dropSegment(segment: Segment, reason: SpoolDrop): void {
    for (const [name, count] of remaining(segment)) dropped(name, reason, count);
    remove(segment);
  }

  function remove(segment: Segment): void {
    const place = segments.indexOf(segment);
    if (place >= 0) segments.splice(place, 1);
    writer.remove(segment);
  }

  function next(): Entry | undefined {
    for (const segment of [...segments]) {
      if (segment.isResting) continue;
      if (segment.entries === undefined) {
        load(segment);
        return undefined;
      }
      for (let entry = handOut(segment); entry !== undefined; entry = handOut(segment)) {
        const { class: name, storedAt, lifeMs } = entry.record;
        if (ageMs(storedAt) <= lifeMs) return entry;
        dropped(name, "expired", 1);
        settleEntry(entry);
      }
    }
    return undefined;
  }

  function load(segment: Segment): void {
    if (segment.isLoading) return;
    segment.isLoading = true;
    void writer
      .read(segment)
      .then((found) => loaded(segment, found))
      .catch((thrown: unknown) => rest(segment, messageOf(thrown)))
      .finally(() => {
        segment.isLoading = false;
        settings.ready();
      });
  }

  /** What was there when it was written or found, and is not any more, is lost. */
  function loaded(segment: Segment, found: readonly SegmentFile[]): void {
    if (segment.isGone) return;
    const missing = fill(
      segment,
      found.flatMap(({ records }) => records),
    );
    for (const { name, loss } of found) if (loss.records > 0) segment.damaged.add(name);
    for (const [name, count] of missing) {
      dropped(name, "damaged", count);
      report({
        type: "spool_damaged",
        file: segment.files.join(", "),
        lostBytes: lostBytes(found),
        lostRecords: count,
      });
    }
    if (segment.entries?.length === 0) remove(segment);
  }

  /** A disk that fails for a moment costs nothing. */
  function rest(segment: Segment, message: string): void {
    if (segment.isGone) return;
    segment.isResting = true;
    report({ type: "spool_unreadable", file: segment.files.join(", "), message });
    setTimeout(() => {
      segment.isResting = false;
      settings.ready();
    }, retryMs).unref();
  }

  function settleEntry(entry: Entry): void {
    const { segment } = entry;
    if (segment.isGone) return;
    if (settle(entry)) {
      remove(segment);
      return;
    }
    moveCursor(segment);
  }

  function moveCursor(segment: Segment): void {
    const place = segment === segments[0] ? settledPlace(segment) : undefined;
    if (place !== undefined) writer.moveCursor(place);
  }

  function ageMs(at: number): number {
    return clock.nowMs() - at;
  }

  return {
    append,
    next,
    settle: settleEntry,
    leftS: ({ record: { storedAt, lifeMs } }) => (lifeMs - ageMs(storedAt)) / 1000,
    rewind: () => segments.forEach(rewind),
    stats() {
      const [head] = segments;
      return {
        depth: segments.reduce((sum, segment) => sum + depthOf(segment), 0),
        unsent: segments.reduce((sum, segment) => sum + unsentOf(segment), 0),
        bytes: bytesOf(segments),
        storage: writer.storage,
        oldestAgeS: head === undefined ? null : Math.max(0, ageMs(oldestOf(head))) / 1000,
      };
    },
    async close() {
      await writer.close();
      const unsaved = segments.reduce((sum, segment) => sum + unsavedOf(segment), 0);
      if (unsaved > 0) report({ type: "spool_unsaved", records: unsaved, directory: directory ?? null });
    },
  };
}

function lostBytes(found: readonly SegmentFile[]): number {
  return found.reduce((sum, { loss }) => sum + loss.bytes, 0);
}

function bytesOf(segments: readonly Segment[]): number {
  return segments.reduce((sum, segment) => sum + segment.bytes, 0);
}
