import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { expect, onTestFinished, test } from "vitest";
import { type ArchiveSettings, EventArchive } from "../../../src/daemon/archive/event-archive.ts";
import type { DaemonEvent } from "../../../src/daemon/report/events.ts";
import type { Message } from "../../../src/publish/messages/message-class.ts";
import { within } from "../../helpers/daemon.ts";
import { mountSmallDisk } from "../../helpers/small-disk.ts";
import { useFolder } from "../../stream/clip.ts";

const folder = useFolder();
const NOW = Date.now();
let tests = 0;

/** Of each test its own. */
function place(): string {
  tests++;
  return folder.path(`events-${tests}`);
}

function open(directory: string, limits: Partial<NonNullable<ArchiveSettings["disk"]>> = {}) {
  const reports: DaemonEvent[] = [];
  const archive = new EventArchive({
    disk: { directory, maxBytes: 1e9, maxDays: 14, reserveBytes: 0, ...limits },
    isKept: ({ camera }) => camera !== "hall",
    report: (event) => reports.push(event),
  });
  onTestFinished(() => archive.close());
  const listed = () => archive.page({ camera: null, limit: 500, before: null }).entries.map(({ record }) => record);
  return { archive, reports, listed };
}

function message(id: number, phase: "start" | "end", { camera = "gate", atMs = NOW + id * 1000 } = {}): Message {
  const ts = new Date(atMs + (phase === "end" ? 500 : 0)).toISOString();
  const event = {
    ...{
      schema: "millrace.event/1.0",
      id: idOf(id, camera),
      camera,
      phase,
      reason: phase === "end" ? "lost" : "confirmed",
    },
    ...{ ts, start_ts: new Date(atMs).toISOString(), best_confidence: 0.9, zones_entered: ["yard"] },
    ...{
      workflow: { id: "people", revision: "a", lineage: [] },
      object: { class: "person", confidence: 0.8, zones: [] },
    },
  };
  return { class: "events", topic: `millrace/dock/camera/${camera}/events`, payload: JSON.stringify(event) };
}

function idOf(id: number, camera = "gate"): string {
  return `${camera}-7f2c-${String(id).padStart(6, "0")}`;
}

function picture(id: number, bytes = 1000, camera = "gate") {
  const about = { width: 64, height: 36, confidence: 0.9, timestamp: NOW + id * 1000 };
  return {
    event: idOf(id, camera),
    camera,
    jpeg: new Uint8Array(bytes).fill(id),
    box: [0, 0, 1, 1] as [number, number, number, number],
    ...about,
  };
}

async function filesIn(path: string): Promise<string[]> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile())
    .map(({ name }) => name)
    .sort();
}

test("events and their pictures go on after a restart, in whatever order picture and message came", async () => {
  const directory = place();
  const first = open(directory);
  first.archive.picture(picture(1));
  first.archive.observe(message(1, "start"));
  first.archive.observe(message(2, "start"));
  first.archive.picture(picture(2));
  first.archive.observe(message(1, "end"));
  await first.archive.close();
  expect(await filesIn(directory)).toEqual([1, 2].flatMap((id) => [`${idOf(id)}.jpg`, `${idOf(id)}.json`]));

  const second = open(directory);
  second.archive.observe(message(3, "start"));
  await within(
    () => second.listed().length === 3,
    () => "the earlier events are listed",
  );
  const [newest, open2, ended] = second.listed();
  expect([newest?.id, newest?.end]).toEqual([idOf(3), null]);
  // Its end was never heard.
  expect(open2).toMatchObject({ id: idOf(2), reason: "daemon_lost", end: expect.any(String) });
  expect(ended).toEqual(first.listed().find(({ id }) => id === idOf(1)));
  const path = second.archive.file(idOf(1), "jpg") ?? "";
  expect(Buffer.from(await readFile(path)).equals(Buffer.from(picture(1).jpeg))).toBe(true);
  const stored = JSON.parse(await readFile(path.replace(/jpg$/, "json"), "utf8"));
  expect(stored).toMatchObject({
    schema: "millrace.stored-event/1.0",
    class: "person",
    snapshot: { width: 64 },
    clip: null,
  });
});

test("the oldest events make room for new ones with all their files, and are counted", async () => {
  const directory = place();
  const { archive, reports, listed } = open(directory, { maxBytes: 10_000 });
  for (let id = 1; id <= 8; id++) {
    archive.observe(message(id, "start"));
    archive.picture(picture(id, 2000));
    archive.observe(message(id, "end"));
  }
  await archive.close();
  const health = archive.health();
  const names = await filesIn(directory);
  const kept = listed().map(({ id }) => id);
  expect(names).toEqual(kept.toReversed().flatMap((id) => [`${id}.jpg`, `${id}.json`]));
  expect(kept[0]).toBe(idOf(8));
  expect(health).toMatchObject({ events: kept.length, deleted: 8 - kept.length, dropped: 0, error: null });
  expect(health?.bytes).toBeLessThanOrEqual(10_000);
  expect(kept.length).toBeGreaterThanOrEqual(3);
  const deleted = reports.flatMap((event) => (event.type === "events_deleted" ? [event.events] : []));
  expect(deleted.reduce((sum, count) => sum + count, 0)).toBe(8 - kept.length);
});

/** Keeps a clip of so many bytes. */
function clip(archive: EventArchive, id: number, bytes: number): Promise<number> {
  const note = { start: new Date(NOW).toISOString(), duration_s: 4 };
  return archive.clip(idOf(id), { note, bytes, write: (path) => writeFile(path, new Uint8Array(bytes)) });
}

test("clips are kept with their events, count in the budget, and go with them by age and by size", async () => {
  const directory = place();
  const first = open(directory, { maxBytes: 20_000 });
  for (let id = 1; id <= 6; id++) {
    first.archive.observe(message(id, "start", { atMs: id === 1 ? NOW - 86_400_000 : NOW + id * 1000 }));
    first.archive.picture(picture(id, 500));
    first.archive.observe(message(id, "end", { atMs: id === 1 ? NOW - 86_400_000 : NOW + id * 1000 }));
    expect(await clip(first.archive, id, 4000)).toBe(4000);
  }
  await first.archive.close();
  const kept = first.listed().length;
  expect(kept).toBeLessThan(6);
  const nothing = { age: 0, size: 0, count: 0 };
  expect(first.archive.health()).toMatchObject({
    clips: { files: kept, bytes: kept * 4000, deleted: { ...nothing, size: 6 - kept } },
    pictures: { files: kept, bytes: kept * 500, deleted: { ...nothing, size: 6 - kept } },
  });
  expect((await filesIn(directory)).filter((name) => name.endsWith(".mp4"))).toHaveLength(kept);

  const second = open(directory, { maxBytes: 20_000 });
  await second.archive.close();
  expect(second.archive.health()?.clips).toMatchObject({ files: kept, bytes: kept * 4000 });
  const json = second.archive.file(idOf(6), "mp4")?.replace(/mp4$/, "json") ?? "";
  expect(JSON.parse(await readFile(json, "utf8")).clip).toMatchObject({ duration_s: 4 });

  const old = open(place(), { maxDays: 0.5 });
  old.archive.observe(message(1, "start", { atMs: NOW - 86_400_000 }));
  await clip(old.archive, 1, 100);
  old.archive.observe(message(2, "start"));
  await clip(old.archive, 2, 100);
  await old.archive.close();
  expect(old.archive.health()?.clips).toMatchObject({ files: 1, deleted: { ...nothing, age: 1 } });
});

test("a clip that fails, or is larger than everything may be, leaves nothing behind and degrades the archive", async () => {
  const directory = place();
  const { archive } = open(directory, { maxBytes: 5000 });
  archive.observe(message(1, "start"));
  await expect(clip(archive, 1, 9000)).rejects.toMatchObject({ code: "FILE_BUDGET" });
  const note = { start: "", duration_s: 1 };
  const write = async (path: string) => {
    await writeFile(path, "half");
    throw new Error("broken");
  };
  await expect(archive.clip(idOf(1), { note, bytes: 1, write })).rejects.toThrow("broken");
  expect(archive.health()).toMatchObject({ dropped: 2, error: "broken" });
  await clip(archive, 1, 1000);
  await archive.close();
  expect(archive.health()).toMatchObject({ error: null, clips: { files: 1 } });
  expect(await filesIn(directory)).toEqual([`${idOf(1)}.json`, `${idOf(1)}.mp4`]);
});

test("events that are older than the days are deleted at the start", async () => {
  const directory = place();
  const before = open(directory, { maxDays: 14 });
  before.archive.observe(message(1, "end", { atMs: NOW - 3 * 86_400_000 }));
  before.archive.observe(message(2, "end"));
  await before.archive.close();
  expect(await filesIn(directory)).toHaveLength(2);
  const { archive, listed } = open(directory, { maxDays: 2 });
  await archive.close();
  expect(listed().map(({ id }) => id)).toEqual([idOf(2)]);
  expect(await filesIn(directory)).toEqual([`${idOf(2)}.json`]);
});

test("a pipeline that keeps nothing has its events in memory alone", async () => {
  const directory = place();
  const { archive, listed } = open(directory);
  archive.observe(message(1, "start", { camera: "hall" }));
  archive.picture(picture(1, 100, "hall"));
  await archive.close();
  expect([listed().length, await filesIn(directory), archive.file(idOf(1, "hall"), "jpg")]).toEqual([1, [], null]);
});

test("damaged files are events of their place, what is not ours stays, and what a crash left of a write goes", async () => {
  const directory = place();
  const day = `${directory}/gate/2026-11-20`;
  await mkdir(day, { recursive: true });
  await writeFile(`${day}/${idOf(5)}.json`, '{"id": "gate');
  await writeFile(`${day}/${idOf(6)}.jpg`, "picture");
  await writeFile(`${day}/${idOf(7)}.jpg.part`, "half");
  await writeFile(`${day}/Read me.txt`, "by hand");
  const { archive, listed } = open(directory, { maxDays: 3650 });
  await archive.close();
  expect(listed().map(({ id, camera, class: name }) => [id, camera, name])).toEqual([
    [idOf(6), "gate", "unknown"],
    [idOf(5), "gate", "unknown"],
  ]);
  expect(await filesIn(day)).toEqual(["Read me.txt", `${idOf(5)}.json`, `${idOf(6)}.jpg`].sort());
});

test("a full disk costs files, which are counted, and once there is room events are kept again", async () => {
  const disk = await mountSmallDisk(512);
  if (disk === undefined) return;
  onTestFinished(() => disk.close());
  const { archive, reports } = open(`${disk.path}/events`, { reserveBytes: 64 * 1024 });
  await writeFile(`${disk.path}/others`, new Uint8Array(400 * 1024));
  archive.observe(message(1, "start"));
  archive.picture(picture(1, 100 * 1024));
  archive.observe(message(1, "end"));
  await within(
    () => archive.health()?.error !== null,
    () => "the disk is full",
  );
  await archive.close();
  expect(archive.health()?.dropped).toBeGreaterThan(0);
  expect(reports.some(({ type }) => type === "archive_failed")).toBe(true);
  await rm(`${disk.path}/others`);
  archive.observe(message(2, "start"));
  archive.picture(picture(2, 1000));
  await archive.close();
  expect(archive.health()?.error).toBeNull();
  expect((await filesIn(disk.path)).includes(`${idOf(2)}.jpg`)).toBe(true);
});
