import type { MessageClass } from "./message-class.ts";
import type { Report } from "./report.ts";
import { type SpoolRecord, sizeOf } from "./spool-record.ts";
import {
  addRecord,
  depthOf,
  type Entry,
  handOut,
  newSegment,
  oldestOf,
  remaining,
  rewind,
  type Segment,
  settle,
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
  dropped(name: MessageClass, reason: SpoolDrop, count: number): void;
  /** `next` may have more than before. */
  ready(): void;
  /** UTC milliseconds that never jump. */
  now?: () => number;
}

export type NewRecord = Omit<SpoolRecord, "id" | "storedAt" | "expiresAt"> & { expiryS: number };

/** A bounded queue: oldest out first, nothing removed before it is settled unless room or time runs out, nothing thrown. */
export interface Spool {
  /** `waits`: it cannot be sent now, so it is written at once. */
  append(record: NewRecord, waits: boolean): void;
  /** The oldest record not given out, or undefined when none is at hand; `ready` tells when that changed by itself. */
  next(): Entry | undefined;
  settle(entry: Entry): void;
  /** Seconds for which an entry is still of use. */
  leftS(entry: Entry): number;
  /** Gives out again what is not settled. */
  rewind(): void;
  stats(): SpoolStats;
  /** Puts on disk what is not there yet. */
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
/** A greater age is that of a clock that was wrong. */
const YEAR_MS = 365 * 24 * 3600 * 1000;
/** What is dropped, written and loaded together is this part of the limit. */
const PARTS = 16;

/** Opens the spool and takes over what an earlier run left; where the directory cannot be used, memory serves instead. */
export function openSpool(settings: SpoolSettings): Spool {
  const { maxBytes = 64 * MIB, memoryBytes = 8 * MIB, maxAgeS = WEEK_S, dropped, now = steadyNow } = settings;
  const writer = openSpoolWriter(settings.directory, settings.report);
  const segments = writer.found;
  let nextId = writer.nextId;

  function append({ expiryS, ...record }: NewRecord, waits: boolean): void {
    const storedAt = now();
    const lifeMs = Math.min(expiryS, maxAgeS) * 1000;
    const full = { id: nextId, ...record, storedAt, expiresAt: storedAt + lifeMs };
    const isVolatile = !writer.wantsMore();
    if (sizeOf(full) > (isVolatile ? memoryBytes : maxBytes) / PARTS) {
      dropped(record.class, "too_large", 1);
      return;
    }
    nextId += 1;
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
    const segment = newSegment(record.id, isVolatile);
    segments.push(segment);
    return segment;
  }

  function keepLimits(): void {
    dropOldest((segment) => isOlderThan(segment.lastAt, maxAgeS), "expired");
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
      if (segment.entries === undefined) {
        load(segment);
        return undefined;
      }
      for (let entry = handOut(segment); entry !== undefined; entry = handOut(segment)) {
        const { class: name, storedAt, expiresAt } = entry.record;
        if (!isOlderThan(storedAt, (expiresAt - storedAt) / 1000)) return entry;
        dropped(name, "expired", 1);
        settleEntry(entry);
      }
    }
    return undefined;
  }

  function load(segment: Segment): void {
    if (segment.isLoading) return;
    segment.isLoading = true;
    void writer.load(segment).then(() => {
      segment.isLoading = false;
      if (segment.isGone) return;
      if (segment.entries === undefined || segment.entries.length === 0) dropSegment(segment, "damaged");
      settings.ready();
    });
  }

  function settleEntry(entry: Entry): void {
    const { segment } = entry;
    if (segment.isGone) return;
    if (settle(entry)) remove(segment);
    else if (segment.hasFile && segment === segments[0]) writer.moveCursor(settledId(segment));
  }

  function isOlderThan(at: number, ageS: number): boolean {
    const ageMs = now() - at;
    return ageMs > ageS * 1000 && ageMs < YEAR_MS;
  }

  return {
    append,
    next,
    settle: settleEntry,
    leftS({ record: { storedAt, expiresAt } }) {
      const ageMs = now() - storedAt;
      return (expiresAt - storedAt - (ageMs > 0 && ageMs < YEAR_MS ? ageMs : 0)) / 1000;
    },
    rewind: () => segments.forEach(rewind),
    stats() {
      const [head] = segments;
      return {
        depth: segments.reduce((sum, segment) => sum + depthOf(segment), 0),
        unsent: segments.reduce((sum, segment) => sum + unsentOf(segment), 0),
        bytes: bytesOf(segments),
        storage: writer.storage,
        oldestAgeS: head === undefined ? null : Math.max(0, now() - oldestOf(head)) / 1000,
      };
    },
    close: () => writer.close(),
  };
}

/** The time of day at the start plus what has passed since: setting the clock does not make records old. */
function steadyNow(): number {
  return performance.timeOrigin + performance.now();
}

function settledId({ entries, settled }: Segment): number {
  return entries?.[settled - 1]?.record.id ?? 0;
}

function bytesOf(segments: readonly Segment[]): number {
  return segments.reduce((sum, segment) => sum + segment.bytes, 0);
}
