import type { MessageClass } from "../messages/message-class.ts";
import type { SegmentFile } from "./spool-files.ts";
import { type Place, type SpoolRecord, sizeOf } from "./spool-record.ts";

/** A record on its way. */
export interface Entry {
  record: SpoolRecord;
  segment: Segment;
  /** It had to wait for the broker. */
  replayed: boolean;
  isSettled: boolean;
  /** Its place on disk. */
  place?: Place;
}

/** A run of records that are kept, written and removed together. */
export interface Segment {
  /** The files that hold it: more than one after a write that failed. */
  files: string[];
  /** The last file may be torn: what comes goes to another one. */
  isTorn: boolean;
  /** Files that have lost records; they are kept aside in the end. */
  damaged: Set<string>;
  /** On disk, or what it would take there. */
  bytes: number;
  /** When its first and last record were stored, on the spool's time line. */
  firstAt: number;
  lastAt: number;
  /** Absent while it is only on disk. */
  entries: Entry[] | undefined;
  /** Records by class while it is only on disk. */
  counts: Map<MessageClass, number>;
  /** How many entries from the start are on disk or need not go there, given out, settled. */
  written: number;
  handed: number;
  settled: number;
  /** Takes no more records. */
  isSealed: boolean;
  /** Not on disk: there is none, or it failed. */
  isVolatile: boolean;
  isLoading: boolean;
  /** Its file cannot be read for now; it is left out until it is tried again. */
  isResting: boolean;
  isGone: boolean;
}

export function newSegment(isVolatile: boolean): Segment {
  return {
    files: [],
    isTorn: false,
    damaged: new Set(),
    bytes: 0,
    firstAt: 0,
    lastAt: 0,
    entries: [],
    counts: new Map(),
    written: 0,
    handed: 0,
    settled: 0,
    isSealed: false,
    isVolatile,
    isLoading: false,
    isResting: false,
    isGone: false,
  };
}

/** A segment that another run left. */
export function storedSegment({ name, bytes, records, loss }: SegmentFile): Segment {
  return {
    ...newSegment(false),
    files: [name],
    damaged: new Set(loss.records > 0 ? [name] : []),
    bytes,
    firstAt: records[0]?.[0].storedAt ?? 0,
    lastAt: records.at(-1)?.[0].storedAt ?? 0,
    entries: undefined,
    counts: countByClass(records.map(([record]) => record)),
    isSealed: true,
  };
}

export function addRecord(segment: Segment, record: SpoolRecord, replayed: boolean): void {
  if (segment.bytes === 0) segment.firstAt = record.storedAt;
  segment.entries?.push({ record, segment, replayed, isSettled: false });
  segment.bytes += sizeOf(record);
  segment.lastAt = record.storedAt;
}

/** Gives the entries back to a segment that lay on disk; the records that are not there any more, by class. */
export function fill(segment: Segment, stored: readonly [SpoolRecord, Place][]): Map<MessageClass, number> {
  segment.entries = stored.map(([record, place]) => ({ record, segment, place, replayed: true, isSettled: false }));
  const records = stored.map(([record]) => record);
  segment.written = records.length;
  segment.handed = 0;
  segment.settled = 0;
  return missing(segment.counts, countByClass(records));
}

function missing(wanted: Map<MessageClass, number>, found: Map<MessageClass, number>): Map<MessageClass, number> {
  const differences = [...wanted].map(([name, count]) => [name, count - (found.get(name) ?? 0)] as const);
  return new Map(differences.filter(([, count]) => count > 0));
}

/** Frees the memory of a segment whose records are all on disk and all still to be sent. */
export function unload(segment: Segment): void {
  if (segment.entries === undefined || !segment.isSealed || segment.handed > 0) return;
  if (segment.isVolatile || segment.written < segment.entries.length) return;
  if (segment.entries.some(({ isSettled }) => isSettled)) return;
  segment.counts = remaining(segment);
  segment.entries = undefined;
}

/** The next entry to give out, or undefined. */
export function handOut(segment: Segment): Entry | undefined {
  for (;;) {
    const entry = segment.entries?.[segment.handed];
    if (entry === undefined) return undefined;
    segment.handed += 1;
    if (!entry.isSettled) return entry;
  }
}

/** Marks an entry as done; true when its whole segment is. */
export function settle(entry: Entry): boolean {
  const { segment } = entry;
  entry.isSettled = true;
  while (segment.entries?.[segment.settled]?.isSettled) segment.settled += 1;
  return segment.settled === segment.entries?.length;
}

/** Everything given out and not settled is to be given out again. */
export function rewind(segment: Segment): void {
  const inFlight = segment.entries?.slice(segment.settled, segment.handed) ?? [];
  for (const entry of inFlight) entry.replayed = true;
  segment.handed = segment.settled;
}

/** What is still to be settled, by class. */
export function remaining(segment: Segment): Map<MessageClass, number> {
  if (segment.entries === undefined) return segment.counts;
  return countByClass(segment.entries.filter((entry) => !entry.isSettled).map((entry) => entry.record));
}

/** When the oldest record to be settled was made. */
export function oldestOf({ entries, settled, firstAt }: Segment): number {
  return entries?.[settled]?.record.storedAt ?? firstAt;
}

/** How many records are to be settled. */
export function depthOf(segment: Segment): number {
  return segment.entries === undefined ? sum(segment.counts) : segment.entries.length - segment.settled;
}

/** How many records are to be given out. */
export function unsentOf(segment: Segment): number {
  if (segment.isResting) return 0;
  return segment.entries === undefined ? sum(segment.counts) : segment.entries.length - segment.handed;
}

function countByClass(records: readonly SpoolRecord[]): Map<MessageClass, number> {
  const counts = new Map<MessageClass, number>();
  for (const record of records) counts.set(record.class, (counts.get(record.class) ?? 0) + 1);
  return counts;
}

function sum(counts: Map<MessageClass, number>): number {
  return [...counts.values()].reduce((total, count) => total + count, 0);
}

/** The last record of the settled ones that lies on disk. */
export function settledPlace({ entries = [], settled }: Segment): Place | undefined {
  for (let i = settled - 1; i >= 0; i--) {
    const place = entries[i]?.place;
    if (place !== undefined) return place;
  }
  return undefined;
}

/** How many records would be lost with the memory of this process. */
export function unsavedOf({ entries = [] }: Segment): number {
  return entries.filter(({ isSettled, place }) => !isSettled && place === undefined).length;
}
