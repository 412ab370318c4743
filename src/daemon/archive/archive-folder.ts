import { mkdir, readdir, readFile, rename, rm, rmdir, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type FileSettings, keepReserve, openFiles } from "../../effects/files.ts";
import type { EventEntry, FileEnding } from "./event-index.ts";
import type { EventRecord } from "./event-record.ts";
import { type Notes, readStored, storedText } from "./stored-event.ts";

/** An event as it was found on disk. */
export interface FoundEvent extends Notes {
  record: EventRecord;
  files: ReadonlyMap<FileEnding, number>;
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const FILE = /^([a-z0-9_-]{1,128})\.(json|jpg|mp4)$/;
/** Files that are read at a time. */
const AT_ONCE = 16;

/** The files of events on disk: a folder for each camera, in it one for each day (UTC). */
export class ArchiveFolder {
  readonly #directory: string;
  readonly #reserveBytes: number;
  readonly #files: ReturnType<typeof openFiles>;

  constructor(directory: string, reserveBytes: number) {
    this.#directory = directory;
    this.#reserveBytes = reserveBytes;
    const settings: FileSettings = { isForbidden: false, directory, budget: null, reserveBytes };
    this.#files = openFiles(settings);
  }

  pathOf({ camera, id, start }: EventRecord, ending: FileEnding): string {
    return join(this.#directory, camera, start.slice(0, 10), `${id}.${ending}`);
  }

  /** Readers see the old file or the new one. Throws an `EffectError` where there is no room. */
  async write(record: EventRecord, ending: FileEnding, data: Uint8Array): Promise<number> {
    await this.#files.write(this.pathOf(record, ending), Buffer.from(data));
    return data.length;
  }

  /** Where a file is written that takes long; `adopt` gives it its name. Throws an `EffectError` where there is no room. */
  async partOf(record: EventRecord, ending: FileEnding, bytes: number): Promise<string> {
    const path = this.pathOf(record, ending);
    await mkdir(dirname(path), { recursive: true });
    await keepReserve(path, bytes, this.#reserveBytes);
    return `${path}.part`;
  }

  async adopt(record: EventRecord, ending: FileEnding): Promise<number> {
    const path = this.pathOf(record, ending);
    const { size } = await stat(`${path}.part`);
    await rename(`${path}.part`, path);
    return size;
  }

  async writeRecord({ record, notes }: EventEntry): Promise<number> {
    const text = storedText(record, notes);
    await this.#files.write(this.pathOf(record, "json"), text);
    return Buffer.byteLength(text);
  }

  async remove({ record, files }: EventEntry): Promise<void> {
    for (const ending of files.keys()) await rm(this.pathOf(record, ending), { force: true });
    await rmdir(dirname(this.pathOf(record, "json"))).catch(() => {});
  }

  /** What earlier runs have left, the newest days first. What has no name of ours is left as it is. */
  async *load(): AsyncGenerator<FoundEvent> {
    const folders = (await namesIn(this.#directory)).map((camera) => join(this.#directory, camera));
    const days = (await Promise.all(folders.map(daysIn))).flat();
    for (const day of days.toSorted((a, b) => b.day.localeCompare(a.day))) yield* eventsIn(day);
  }
}

interface Day {
  folder: string;
  day: string;
}

async function daysIn(folder: string): Promise<Day[]> {
  const names = await namesIn(folder);
  return names.filter((name) => DAY.test(name)).map((day) => ({ folder: join(folder, day), day }));
}

async function* eventsIn({ folder }: Day): AsyncGenerator<FoundEvent> {
  const names = await namesIn(folder);
  // What a write before a crash left of itself.
  for (const name of names.filter((one) => one.endsWith(".part"))) await rm(join(folder, name), { force: true });
  const ids = new Map<string, FileEnding[]>();
  for (const name of names) {
    const [, id, ending] = FILE.exec(name) ?? [];
    if (id !== undefined) ids.set(id, [...(ids.get(id) ?? []), ending as FileEnding]);
  }
  const all = [...ids];
  for (let at = 0; at < all.length; at += AT_ONCE) {
    const found = await Promise.all(all.slice(at, at + AT_ONCE).map(([id, endings]) => readEvent(folder, id, endings)));
    yield* found.filter((event) => event !== null);
  }
}

async function readEvent(folder: string, id: string, endings: readonly FileEnding[]): Promise<FoundEvent | null> {
  try {
    const files = new Map<FileEnding, number>();
    let changedMs = 0;
    for (const ending of endings) {
      const { size, mtimeMs } = await stat(join(folder, `${id}.${ending}`));
      files.set(ending, size);
      changedMs = Math.max(changedMs, mtimeMs);
    }
    const text = files.has("json") ? await readFile(join(folder, `${id}.json`), "utf8") : "";
    return { ...readStored(text, { id, folder, changedMs }), files };
  } catch {
    // Deleted by others meanwhile, or not readable by this user.
    return null;
  }
}

async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => []);
}
