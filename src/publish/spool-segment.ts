import type { MessageClass } from "./message-class.ts";
import { type SpoolRecord, sizeOf } from "./spool-record.ts";

/** A record on its way. */
export interface Entry {
  record: SpoolRecord;
  segment: Segment;
  /** It had to wait for the broker. */
  replayed: boolean;
  isSettled: boolean;
  /** How often the connection broke while it was the first unacknowledged one. */
  failures: number;
}

/** A run of records that are kept, written and removed together. */
export interface Segment {
  name: string;
  /** On disk, or what it would take there. */
  bytes: number;
  /** UTC milliseconds of its first and last record. */
  firstAt: number;
  lastAt: number;
  /** Absent while it lies on disk alone. */
  entries: Entry[] | undefined;
  /** Records by class while it lies on disk alone. */
  counts: Map<MessageClass, number>;
  /** How many entries from the start are on disk, given out, settled. */
  written: number;
  handed: number;
  settled: number;
  hasFile: boolean;
  /** Takes no more records. */
  isSealed: boolean;
  /** Never goes to disk: there is none, or it failed. */
  isVolatile: boolean;
  isLoading: boolean;
  isGone: boolean;
}

export function newSegment(firstId: number, isVolatile: boolean): Segment {
  return {
    name: `${String(firstId).padStart(16, "0")}.segment`,
    bytes: 0,
    firstAt: 0,
    lastAt: 0,
    entries: [],
    counts: new Map(),
    written: 0,
    handed: 0,
    settled: 0,
    hasFile: false,
    isSealed: false,
    isVolatile,
    isLoading: false,
    isGone: false,
  };
}

/** A segment that another run left. */
export function storedSegment(file: { name: string; bytes: number; records: readonly SpoolRecord[] }): Segment {
  const segment = { ...newSegment(0, false), name: file.name, bytes: file.bytes, hasFile: true, isSealed: true };
  segment.firstAt = file.records[0]?.storedAt ?? 0;
  segment.lastAt = file.records.at(-1)?.storedAt ?? 0;
  segment.counts = countByClass(file.records);
  segment.entries = undefined;
  return segment;
}

export function addRecord(segment: Segment, record: SpoolRecord, replayed: boolean): void {
  if (segment.bytes === 0) segment.firstAt = record.storedAt;
  segment.entries?.push({ record, segment, replayed, isSettled: false, failures: 0 });
  segment.bytes += sizeOf(record);
  segment.lastAt = record.storedAt;
}

/** Gives the entries back to a segment that lay on disk. */
export function fill(segment: Segment, records: readonly SpoolRecord[]): void {
  segment.entries = records.map((record) => ({ record, segment, replayed: true, isSettled: false, failures: 0 }));
  segment.written = records.length;
  segment.handed = 0;
  segment.settled = 0;
}

/** Frees the memory of a segment whose records are all on disk and all still to be sent. */
export function unload(segment: Segment): void {
  const isWaiting = segment.handed === 0 && segment.settled === 0;
  if (segment.entries === undefined || !segment.isSealed || !isWaiting) return;
  if (segment.isVolatile || segment.written < segment.entries.length) return;
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
  if (inFlight[0] !== undefined) inFlight[0].failures += 1;
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
