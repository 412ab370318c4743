import type { EventRecord } from "./event-record.ts";
import type { Notes } from "./stored-event.ts";

/** Kinds of files of an event, by their endings. */
export type FileEnding = "json" | "jpg" | "mp4";

/** An event with its files. */
export interface EventEntry {
  record: EventRecord;
  /** Bytes of each file; empty for an event that is only in memory. */
  files: Map<FileEnding, number>;
  /** About its picture and clip. */
  notes: Notes;
}

export interface EventQuery {
  /** Null for all. */
  camera: string | null;
  limit: number;
  /** `next` of the page before. */
  before: string | null;
}

/** Newest first. */
export interface EventPage {
  entries: EventEntry[];
  /** Where the next page begins; null at the end. */
  next: string | null;
}

/** Events that are only in memory, of each camera. */
const MOST_IN_MEMORY = 200;

/** Events in the order of their starts. Those without files are bounded by camera, the others by the budget of the disk. */
export class EventIndex {
  readonly #byId = new Map<string, EventEntry>();
  /** From the oldest to the newest. */
  readonly #sorted: EventEntry[] = [];
  /** By camera, ids of those without files. */
  readonly #light = new Map<string, Set<string>>();
  readonly #held = new Map<FileEnding, { files: number; bytes: number }>();
  #bytes = 0;
  #stored = 0;

  get bytes(): number {
    return this.#bytes;
  }

  /** Events with files. */
  get stored(): number {
    return this.#stored;
  }

  /** Files of a kind. */
  held(ending: FileEnding): { files: number; bytes: number } {
    return this.#held.get(ending) ?? { files: 0, bytes: 0 };
  }

  get(id: string): EventEntry | undefined {
    return this.#byId.get(id);
  }

  /** Adds an event, or says how it goes on. */
  put(record: EventRecord, notes: Notes = { snapshot: null, clip: null }): EventEntry {
    const known = this.#byId.get(record.id);
    if (known !== undefined) {
      known.record = record;
      return known;
    }
    const entry: EventEntry = { record, files: new Map(), notes };
    this.#byId.set(record.id, entry);
    this.#sorted.splice(this.#placeOf(keyOf(record)), 0, entry);
    this.#keepLight(entry);
    return entry;
  }

  setFile(entry: EventEntry, ending: FileEnding, bytes: number): void {
    const before = entry.files.get(ending) ?? 0;
    this.#hold(ending, { files: entry.files.has(ending) ? 0 : 1, bytes: bytes - before });
    if (entry.files.size === 0) {
      this.#light.get(entry.record.camera)?.delete(entry.record.id);
      this.#stored++;
    }
    entry.files.set(ending, bytes);
    this.#bytes += bytes - before;
  }

  remove(entry: EventEntry): void {
    if (!this.#byId.delete(entry.record.id)) return;
    this.#light.get(entry.record.camera)?.delete(entry.record.id);
    if (entry.files.size > 0) this.#stored--;
    for (const [ending, bytes] of entry.files) {
      this.#bytes -= bytes;
      this.#hold(ending, { files: -1, bytes: -bytes });
    }
    this.#sorted.splice(this.#placeOf(keyOf(entry.record)), 1);
  }

  /** Of those with files. */
  oldest(): EventEntry | undefined {
    return this.#sorted.find(({ files }) => files.size > 0);
  }

  page({ camera, limit, before }: EventQuery): EventPage {
    const entries: EventEntry[] = [];
    const from = before === null ? this.#sorted.length : this.#placeOf(before);
    for (let at = from - 1; at >= 0; at--) {
      const entry = this.#sorted[at];
      if (entry === undefined || (camera !== null && entry.record.camera !== camera)) continue;
      const last = entries.at(-1);
      if (entries.length === limit && last !== undefined) return { entries, next: keyOf(last.record) };
      entries.push(entry);
    }
    return { entries, next: null };
  }

  #hold(ending: FileEnding, more: { files: number; bytes: number }): void {
    const { files, bytes } = this.held(ending);
    this.#held.set(ending, { files: files + more.files, bytes: bytes + more.bytes });
  }

  #keepLight({ record: { camera, id } }: EventEntry): void {
    const light = this.#light.get(camera) ?? new Set<string>();
    this.#light.set(camera, light);
    light.add(id);
    const [oldest] = light;
    const entry = oldest === undefined ? undefined : this.#byId.get(oldest);
    if (light.size > MOST_IN_MEMORY && entry !== undefined) this.remove(entry);
  }

  /** Of the first entry that is not before the key. */
  #placeOf(key: string): number {
    let [low, high] = [0, this.#sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const entry = this.#sorted[middle];
      if (entry !== undefined && keyOf(entry.record) < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Starts are of one length, so that their order is that of letters. */
function keyOf({ start, id }: EventRecord): string {
  return `${start}~${id}`;
}
