import { rm, stat } from "node:fs/promises";
import { MillraceError, messageOf } from "../../base/errors.ts";
import { Serial } from "../../base/serial.ts";
import type { Message } from "../../publish/messages/message-class.ts";
import type { ArchiveHealth } from "../report/archive-health.ts";
import type { Report } from "../report/events.ts";
import type { EventPicture } from "../worker/event-pictures.ts";
import { ArchiveFolder, type FoundEvent } from "./archive-folder.ts";
import { type EventEntry, EventIndex, type EventPage, type EventQuery, type FileEnding } from "./event-index.ts";
import { type EventRecord, recordOf } from "./event-record.ts";
import type { ClipNote } from "./stored-event.ts";

export interface ArchiveSettings {
  /** Where events are kept; null: in memory alone. */
  disk: { directory: string; maxBytes: number; maxDays: number; reserveBytes: number } | null;
  /** Whether an event is kept on disk. */
  isKept: (event: EventRecord) => boolean;
  report: Report;
}

interface GivenClip {
  note: ClipNote;
  write: (path: string) => Promise<void>;
  /** About as many as it will have. */
  bytes: number;
}

/** Most events with files; each takes some memory. */
const MOST_EVENTS = 20_000;
/** Writes that wait for the disk. */
const MOST_WAITING = 256;
/** Pictures whose event is not known yet: its message is on its way through another queue. */
const MOST_EARLY = 64;
const EXPIRY_MS = 10 * 60_000;
const DAY_MS = 86_400_000;

/** The events of all cameras: the last ones in memory, and those on disk with their files, the oldest of which make room. */
export class EventArchive {
  readonly #settings: ArchiveSettings;
  readonly #folder: ArchiveFolder | null;
  readonly #index = new EventIndex();
  readonly #early = new Map<string, EventPicture>();
  readonly #turns = new Serial();
  readonly #timer: NodeJS.Timeout | undefined;
  #waiting = 0;
  #loaded: Promise<void> = Promise.resolve();
  #deleted = 0;
  /** Files by kind and reason. */
  readonly #deletions = { jpg: { age: 0, size: 0, count: 0 }, mp4: { age: 0, size: 0, count: 0 } };
  #dropped = 0;
  /** The last failure, until a file of the same kind is written: a record may fit where no picture does. */
  #failure: { ending: FileEnding; message: string } | null = null;

  constructor(settings: ArchiveSettings) {
    const { disk } = settings;
    this.#settings = settings;
    this.#folder = disk === null ? null : new ArchiveFolder(disk.directory, disk.reserveBytes);
    if (this.#folder === null) return;
    this.#loaded = this.#turns.run(() => this.#load());
    this.#timer = setInterval(() => void this.#turns.run(() => this.#makeRoom(0)), EXPIRY_MS);
    this.#timer.unref();
  }

  /** Takes every message that is published; those of events count, and are answered as they stand now. */
  observe(message: Message): EventRecord | null {
    const found = message.class === "events" ? recordOf(message) : null;
    if (found === null) return null;
    // The first start counts: it is what the event is found by.
    const before = this.#index.get(found.id);
    const entry = this.#index.put({ ...found, start: before?.record.start ?? found.start });
    const early = this.#early.get(found.id);
    if (early !== undefined) this.#store(entry, early);
    this.#early.delete(found.id);
    if (found.end !== null && this.#settings.isKept(entry.record)) this.#storeRecord(entry);
    return entry.record;
  }

  /** Keeps a clip that `write` writes to a path, and gives its size; throws what that fails of. */
  async clip(id: string, { note, write, bytes }: GivenClip): Promise<number> {
    const entry = this.#index.get(id);
    const folder = this.#folder;
    if (entry === undefined || folder === null) throw new MillraceError("CLIP_FAILED", "its event is not kept");
    // What earlier runs left unfinished is cleared away by then.
    await this.#loaded;
    const { record } = entry;
    try {
      const part = await folder.partOf(record, "mp4", bytes);
      await write(part);
      const { size } = await stat(part);
      await this.#turns.run(async () => {
        await this.#makeRoom(size);
        await folder.adopt(record, "mp4");
        entry.notes.clip = note;
        this.#index.setFile(this.#index.put(entry.record, entry.notes), "mp4", size);
      });
      this.#storeRecord(entry);
      if (this.#failure?.ending === "mp4") this.#failure = null;
      return size;
    } catch (error) {
      // The caller reports it.
      this.#dropped++;
      this.#failure = { ending: "mp4", message: messageOf(error) };
      await rm(`${folder.pathOf(record, "mp4")}.part`, { force: true });
      throw error;
    }
  }

  hasClip(id: string): boolean {
    return this.#index.get(id)?.files.has("mp4") === true;
  }

  /** Keeps the best picture of an event so far. */
  picture(picture: EventPicture): void {
    const entry = this.#index.get(picture.event);
    if (entry === undefined) this.#keepEarly(picture);
    else this.#store(entry, picture);
  }

  page(query: EventQuery): EventPage {
    return this.#index.page(query);
  }

  file(id: string, ending: FileEnding): string | null {
    const entry = this.#index.get(id);
    return entry?.files.has(ending) === true ? (this.#folder?.pathOf(entry.record, ending) ?? null) : null;
  }

  /** Null where events are not kept. */
  health(): ArchiveHealth | null {
    if (this.#folder === null) return null;
    const { stored: events, bytes } = this.#index;
    const kind = (ending: "jpg" | "mp4") => ({ ...this.#index.held(ending), deleted: { ...this.#deletions[ending] } });
    return {
      ...{ events, bytes, deleted: this.#deleted, dropped: this.#dropped, error: this.#failure?.message ?? null },
      pictures: kind("jpg"),
      clips: kind("mp4"),
    };
  }

  /** Writes what waits. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#turns.idle();
  }

  #keepEarly(picture: EventPicture): void {
    const [oldest] = this.#early.keys();
    if (this.#early.size >= MOST_EARLY && oldest !== undefined && this.#early.delete(oldest)) this.#dropped++;
    this.#early.set(picture.event, picture);
  }

  #store(entry: EventEntry, { jpeg, event: _, camera: __, timestamp, ...note }: EventPicture): void {
    if (!this.#settings.isKept(entry.record)) return;
    this.#write(entry, "jpg", jpeg.length, async (folder) => {
      const bytes = await folder.write(entry.record, "jpg", jpeg);
      entry.notes.snapshot = { ts: new Date(timestamp).toISOString(), ...note };
      return bytes;
    });
    this.#storeRecord(entry);
  }

  #storeRecord(entry: EventEntry): void {
    this.#write(entry, "json", RECORD_BYTES, (folder) => folder.writeRecord(entry));
  }

  /** One file after the other; a disk that is slower than the events costs files and is counted. */
  #write(entry: EventEntry, ending: FileEnding, bytes: number, put: (folder: ArchiveFolder) => Promise<number>): void {
    const folder = this.#folder;
    if (folder === null) return;
    if (this.#waiting >= MOST_WAITING) {
      this.#failed(ending, `${MOST_WAITING} files wait for the disk already`);
      return;
    }
    this.#waiting++;
    void this.#turns.run(async () => {
      try {
        await this.#makeRoom(bytes);
        const size = await put(folder);
        this.#index.setFile(this.#index.put(entry.record, entry.notes), ending, size);
        if (this.#failure?.ending === ending) this.#failure = null;
      } catch (error) {
        this.#failed(ending, messageOf(error));
      } finally {
        this.#waiting--;
      }
    });
  }

  #failed(ending: FileEnding, message: string): void {
    this.#dropped++;
    this.#failure = { ending, message };
    this.#settings.report({ type: "archive_failed", directory: this.#settings.disk?.directory ?? "", message });
  }

  /** Deletes the oldest events that are too old, or in the way of so many bytes. */
  async #makeRoom(bytes: number): Promise<void> {
    const { disk } = this.#settings;
    if (disk === null) return;
    const expiry = new Date(Date.now() - disk.maxDays * DAY_MS).toISOString();
    const before = { deleted: this.#deleted, bytes: this.#index.bytes };
    if (bytes > disk.maxBytes)
      throw new MillraceError("FILE_BUDGET", `a file of ${bytes} bytes is more than may be kept in all`);
    for (;;) {
      const oldest = this.#index.oldest();
      if (oldest === undefined) break;
      const isFull = this.#index.bytes + bytes > disk.maxBytes;
      const reason = oldest.record.start < expiry ? "age" : isFull ? "size" : "count";
      if (reason === "count" && this.#index.stored < MOST_EVENTS) break;
      await this.#folder?.remove(oldest);
      if (oldest.files.has("jpg")) this.#deletions.jpg[reason]++;
      if (oldest.files.has("mp4")) this.#deletions.mp4[reason]++;
      this.#index.remove(oldest);
      this.#deleted++;
    }
    const events = this.#deleted - before.deleted;
    if (events === 0) return;
    const freed = before.bytes - this.#index.bytes;
    const { directory } = disk;
    this.#settings.report({ type: "events_deleted", directory, events, bytes: freed, count: this.#deleted });
  }

  async #load(): Promise<void> {
    for await (const found of this.#folder?.load() ?? []) this.#add(found);
    await this.#makeRoom(0);
  }

  /** Messages about an event since the start count more than its file. */
  #add({ record, files, snapshot, clip }: FoundEvent): void {
    const known = this.#index.get(record.id);
    const entry = known ?? this.#index.put(record, { snapshot, clip });
    for (const [ending, bytes] of files) this.#index.setFile(entry, ending, bytes);
    entry.notes.snapshot ??= snapshot;
    entry.notes.clip ??= clip;
    if (known !== undefined) this.#storeRecord(entry);
  }
}

/** A little more than a record has. */
const RECORD_BYTES = 1024;
