import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test, vi } from "vitest";
import { OpenTracks } from "../../../src/daemon/pipeline/open-tracks.ts";
import { NO_JOURNAL, openTrackJournal } from "../../../src/daemon/pipeline/track-journal.ts";
import type { Message } from "../../../src/publish/messages/message-class.ts";
import { openSequence } from "../../../src/publish/messages/sequence.ts";

const folder = mkdtempSync(join(tmpdir(), "millrace-test-"));
afterAll(() => rmSync(folder, { recursive: true }));

const TOPIC = "millrace/dock/camera/gate/events";

function message(id: string, phase: string, ts = "2026-01-01T00:00:00.000Z"): Message {
  const payload = { id, phase, ts, camera: "gate", seq: 1, boot: "dead", latency_ms: { total: 3 } };
  return { class: "events", topic: TOPIC, payload: JSON.stringify(payload) };
}

function fail(message: string): never {
  throw new TypeError(message);
}

test("what is open when a run breaks off is on disk for the next, a torn line aside", () => {
  const path = join(folder, "state", "open.jsonl");
  const tracks = new OpenTracks(openSequence(), openTrackJournal(path, fail));
  for (const [id, phase] of [
    ["a", "start"],
    ["b", "start"],
    ["b", "update"],
    ["a", "end"],
  ] as const)
    tracks.observe(message(id, phase));
  appendFileSync(path, '{"ended":"b');
  const next = openTrackJournal(path, fail);
  expect(next.left).toMatchObject([{ topic: TOPIC, event: { id: "b", phase: "update" } }]);
  next.ended("b");
  expect(openTrackJournal(path, fail).left).toEqual([]);
});

test("the file does not grow with the number of tracks that came and went", () => {
  const path = join(folder, "busy.jsonl");
  const tracks = new OpenTracks(openSequence(), openTrackJournal(path, fail));
  tracks.observe(message("stays", "start"));
  for (let i = 0; i < 5000; i++) for (const phase of ["start", "end"]) tracks.observe(message(`t${i}`, phase));
  expect(readFileSync(path, "utf8").split("\n").length).toBeLessThan(1100);
  expect(openTrackJournal(path, fail).left.map(({ event }) => event.id)).toEqual(["stays"]);
});

test("a disk that cannot be written is reported, and nothing fails", () => {
  const told: string[] = [];
  const file = join(folder, "file");
  writeFileSync(file, "");
  const journal = openTrackJournal(join(file, "open.jsonl"), (text) => told.push(text));
  new OpenTracks(openSequence(), journal).observe(message("a", "start"));
  journal.close();
  expect(told).toHaveLength(1);
});

test("a disk that is full for a while has every open track once it has room again", async () => {
  const told: string[] = [];
  const state = join(folder, "blocked");
  writeFileSync(state, "");
  const path = join(state, "open.jsonl");
  const journal = openTrackJournal(path, (text) => told.push(text));
  const tracks = new OpenTracks(openSequence(), journal);
  tracks.observe(message("a", "start"));
  tracks.observe(message("b", "start"));
  tracks.observe(message("a", "end"));
  rmSync(state);
  await vi.waitFor(() => expect(existsSync(path)).toBe(true), { timeout: 20_000, interval: 20 });
  tracks.observe(message("c", "start"));
  journal.close();
  const next = openTrackJournal(path, fail);
  expect(next.left.map(({ event }) => event.id)).toEqual(["b", "c"]);
  next.close();
  expect(told).toHaveLength(1);
});

test("ends in the place of a dead thread go by the clock of their own last event", () => {
  const tracks = new OpenTracks(openSequence(), NO_JOURNAL);
  tracks.observe(message("a", "start", "2001-01-01T00:00:00.000Z"));
  expect([...tracks.cameras]).toEqual(["gate"]);
  const [end] = tracks.endAll();
  const { phase, reason, ts, latency_ms } = JSON.parse(String(end?.payload));
  expect([phase, reason, ts.slice(0, 13), latency_ms]).toEqual(["end", "reset", "2001-01-01T00", undefined]);
  expect(tracks.endAll()).toEqual([]);
});
