import { basename, dirname } from "node:path";
import type { EventRecord } from "./event-record.ts";

/** What is known of the files of an event. */
export interface Notes {
  snapshot: SnapshotNote | null;
  clip: ClipNote | null;
}

interface SnapshotNote {
  /** Of its frame. */
  ts: string;
  width: number;
  height: number;
  /** Where the object is in the picture, as fractions of it. */
  box: readonly number[];
  confidence: number;
}

export interface ClipNote {
  /** Of its first frame. */
  start: string;
  duration_s: number;
}

const SCHEMA = "millrace.stored-event/1.0";

/** The JSON file of an event. */
export function storedText(record: EventRecord, notes: Notes): string {
  return `${JSON.stringify({ schema: SCHEMA, ...record, ...notes }, null, 1)}\n`;
}

interface Place {
  id: string;
  /** Of a day in that of a camera. */
  folder: string;
  /** When any file of the event was written last. */
  changedMs: number;
}

/** What such a file says, or what its place says where it is damaged. An event that a crash left open ended with its last file. */
export function readStored(text: string, { id, folder, changedMs }: Place): Notes & { record: EventRecord } {
  const changed = new Date(changedMs).toISOString();
  const [day, camera] = [basename(folder), basename(dirname(folder))];
  const start = changed.startsWith(day) ? changed : `${day}T00:00:00.000Z`;
  const unknown = { pipeline: "", class: "unknown", score: 0, start, end: changed, reason: null, zones: [] };
  const found = parsed(text);
  if (found === null || found.id !== id || found.camera !== camera || found.start.slice(0, 10) !== day) {
    return { record: { id, camera, ...unknown }, snapshot: null, clip: null };
  }
  const { pipeline, class: name, score, zones, snapshot, clip } = found;
  const end = found.end ?? changed;
  const reason = found.end === null ? "daemon_lost" : found.reason;
  return {
    record: { id, camera, pipeline, class: name, score, start: found.start, end, reason, zones },
    snapshot,
    clip,
  };
}

function parsed(text: string): (EventRecord & Notes) | null {
  try {
    const value = JSON.parse(text) as (EventRecord & Notes) | null;
    const isWhole = typeof value?.id === "string" && typeof value.start === "string" && Array.isArray(value.zones);
    return isWhole && !Number.isNaN(Date.parse(value.start)) ? value : null;
  } catch {
    return null;
  }
}
