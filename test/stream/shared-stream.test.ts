import { once } from "node:events";
import { createServer } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { type FrameHandle, FULL_RGB, type RenditionRequest } from "../../src/kinds/frame.ts";
import type { Camera, CameraContext, CameraSettings } from "../../src/stream/camera.ts";
import { PacketRing, type Run } from "../../src/stream/packets/packet-ring.ts";
import { Streams } from "../../src/stream/streams.ts";
import { startCamera, type TestCameraSettings } from "../helpers/camera.ts";
import { within } from "../helpers/daemon.ts";
import { childCommandLines } from "../helpers/processes.ts";
import { LEVEL_STEP, useFolder, writeNumberedClip } from "./clip.ts";
import { collect, createStream, levelOf, STRETCHED, type TestStreamOptions } from "./open-cameras.ts";

const folder = useFolder();
const SMALL: RenditionRequest = { ...STRETCHED, width: 16, height: 12 };

/** Views of one stream. */
async function openViews(url: string, options: TestStreamOptions = {}) {
  const stream = await createStream(options);
  const streams = new Streams();
  const views: Camera[] = [];
  const view = (id: string, settings: Partial<CameraSettings> = {}, own: Partial<CameraContext> = {}) => {
    const opened = stream.open({ id, stream: "door", url, slots: 16, ...settings }, { streams, ...own });
    views.push(opened);
    return { ...collect(opened), camera: opened };
  };
  const close = () => Promise.all(views.map((opened) => opened.stop(0)));
  const eventsOf = (id: string) => stream.events.filter(({ camera: name }) => name === id).map(({ type }) => type);
  return { ...stream, view, close, eventsOf };
}

/** Views of the stream of one RTSP camera. */
async function openDoor(camera: TestCameraSettings = {}) {
  const door = await startCamera(camera);
  const opened = await openViews(door.url);
  onTestFinished(async () => {
    await opened.close();
    await door.close();
  });
  return { ...opened, door };
}

const decoders = () => childCommandLines().filter((line) => line.includes("-i rtsp://")).length;

type View = ReturnType<Awaited<ReturnType<typeof openViews>>["view"]>;

/** Publishes and releases what comes, and returns all of it when there is enough, or no more comes. */
async function seen({ camera, frames, until }: View, count: number, ledger: CameraContext["ledger"]) {
  const all: FrameHandle[] = [];
  await until(() => {
    for (const frame of frames.splice(0)) {
      all.push(frame);
      ledger.published(frame);
      camera.release(frame);
    }
    return camera.statistics().state === "ended" || all.length >= count;
  });
  return all;
}

const keysOf = (frame: FrameHandle | undefined) => frame?.renditions.map(({ key }) => key);
const ptsOf = (frames: readonly FrameHandle[]) => frames.map(({ pts }) => pts ?? Number.NaN);

describe("two views of the stream of a camera", () => {
  test("have one ffmpeg, see the same frames with their own pictures, and count them by their own names", async () => {
    const { view, ledger, eventsOf, arena } = await openDoor();
    const one = view("door", {}, { renditions: [FULL_RGB, STRETCHED] });
    const other = view("faces", {}, { renditions: [SMALL, FULL_RGB] });
    const [first, second] = await Promise.all([seen(one, 20, ledger), seen(other, 20, ledger)]);
    expect(decoders()).toBe(1);
    const facts = (frames: readonly FrameHandle[]) => frames.map(({ slot, pts, timestamp }) => [slot, pts, timestamp]);
    expect(facts(first.slice(0, 20))).toEqual(facts(second.slice(0, 20)));
    expect([first[0]?.camera, second[0]?.camera]).toEqual(["door", "faces"]);
    expect([keysOf(first[0]), keysOf(second[0])]).toEqual([
      ["full:rgb24", "stretch:32x24:rgb24"],
      ["stretch:16x12:rgb24", "full:rgb24"],
    ]);
    // The full picture is one, the small ones are two.
    expect(first[0]?.renditions[0]?.offset).toBe(second[0]?.renditions[1]?.offset);
    expect([eventsOf("door"), eventsOf("faces")]).toEqual([["source_started"], ["source_started"]]);
    await Promise.all([one.camera.stop(1000), other.camera.stop(1000)]);
    const { door, faces } = ledger.snapshot();
    expect([door?.published, faces?.published]).toEqual([door?.decoded, faces?.decoded]);
    expect([decoders(), arena.usedBytes]).toEqual([0, 0]);
  });

  test("do not wait for each other: what one has no place for is dropped for it alone", async () => {
    const { view, ledger, arena } = await openDoor();
    const slow = view("slow", { slots: 3 });
    const quick = view("quick", { slots: 3 });
    await slow.until(() => slow.frames.length === 3);
    const held = slow.frames.map((frame) => levelOf(arena.memory, frame));
    const frames = await seen(quick, 30, ledger);
    const { slow: counts, quick: others } = ledger.snapshot();
    expect(slow.frames.map(({ sequence }) => sequence)).toEqual([1, 2, 3]);
    expect([counts?.inFlight, counts?.dropped]).toEqual([3, { no_slot: (counts?.decoded ?? 0) - 3 }]);
    expect([others?.published, others?.dropped, others?.decoded]).toEqual([frames.length, {}, counts?.decoded]);
    // What it holds is still as it was.
    expect(slow.frames.map((frame) => levelOf(arena.memory, frame))).toEqual(held);
    slow.camera.release(slow.frames[0]!);
    await slow.until(() => slow.frames.length === 4);
  });

  test("one that wants what is delivered joins in, and one that leaves does not disturb the other", async () => {
    const { view, ledger, events, eventsOf } = await openDoor();
    const one = view("door", {}, { renditions: [STRETCHED, FULL_RGB] });
    await seen(one, 5, ledger);
    const other = view("faces", {}, { renditions: [FULL_RGB] });
    const late = await seen(other, 5, ledger);
    expect([keysOf(late[0]), late[0]?.sequence]).toEqual([["full:rgb24"], 1]);
    await other.camera.stop(1000);
    expect(other.states).toEqual(["connecting", "running", "stopped"]);
    await seen(one, 10, ledger);
    const again = view("faces", {}, { renditions: [STRETCHED] });
    await seen(again, 5, ledger);
    await one.camera.stop(1000);
    await seen(again, 5, ledger);
    expect([eventsOf("door"), eventsOf("faces")]).toEqual([["source_started"], ["source_started", "source_started"]]);
    expect([one.states, again.states]).toEqual([
      ["connecting", "running", "stopped"],
      ["connecting", "running"],
    ]);
    expect([decoders(), events.length]).toEqual([1, 3]);
  });

  test("one that wants more has the stream opened again once, which is no failure", async () => {
    const { view, ledger, events, eventsOf } = await openDoor();
    const one = view("door", { maxFps: 5 }, { renditions: [FULL_RGB] });
    await seen(one, 3, ledger);
    const faces = view("faces", { maxFps: 10 }, { renditions: [SMALL] });
    const plates = view("plates", { maxFps: 2 }, { renditions: [STRETCHED] });
    const [small, stretched] = await Promise.all([seen(faces, 5, ledger), seen(plates, 2, ledger)]);
    expect([keysOf(small[0]), keysOf(stretched[0])]).toEqual([["stretch:16x12:rgb24"], ["stretch:32x24:rgb24"]]);
    expect(keysOf((await seen(one, 3, ledger))[0])).toEqual(["full:rgb24"]);
    expect(events.filter(({ type }) => type === "source_reopened")).toEqual([
      { type: "source_reopened", camera: "door", newcomer: "faces" },
    ]);
    expect(eventsOf("door")).toEqual(["source_started", "source_reopened", "source_started"]);
    expect([eventsOf("faces"), eventsOf("plates")]).toEqual([["source_started"], ["source_started"]]);
    expect([decoders(), one.camera.statistics().lastFailure]).toEqual([1, undefined]);
  });

  test("each have their own rate, and the larger is decoded", async () => {
    const { view, ledger } = await openDoor();
    const fast = view("fast", { maxFps: 10 });
    const slow = view("slow", { maxFps: 2 });
    const [many, few] = await Promise.all([seen(fast, 41, ledger), seen(slow, 9, ledger)]);
    const gaps = (frames: readonly FrameHandle[]) =>
      ptsOf(frames)
        .slice(1)
        .map((pts, at) => Math.round((pts - (ptsOf(frames)[at] ?? 0)) * 100) / 100);
    expect(gaps(many.slice(0, 41))).toEqual(Array(40).fill(0.1));
    // A stamp at the edge of an interval may fall to either side.
    for (const gap of gaps(few.slice(0, 9))) expect(Math.abs(gap - 0.5)).toBeLessThan(0.11);
    expect(ptsOf(many)).toEqual(expect.arrayContaining(ptsOf(few).slice(0, 8)));
    expect([many[0]?.fps, few[0]?.fps]).toEqual([10, 2]);
    const { slow: counts } = ledger.snapshot();
    expect([counts?.decoded, counts?.dropped]).toEqual([counts?.published, {}]);
  });

  test("have the packets of one pipe, whoever comes first", async () => {
    const { view, ledger, eventsOf } = await openDoor();
    const rings = [1, 2].map(() => new PacketRing({ maxBytes: 1e8, keepS: 60 }));
    const runs: Run[] = [];
    for (const [at, ring] of rings.entries()) {
      ring.onProgress = (run) => {
        runs[at] = run;
      };
    }
    const one = view("door", {}, { packets: rings[0] });
    await seen(one, 30, ledger);
    const other = view("faces", {}, { packets: rings[1] });
    const late = await seen(other, 40, ledger);
    const [first, second] = runs;
    const stamp = late[20]?.timestamp ?? 0;
    // A frame has the same place in both, also in the one that came later.
    expect(rings[1]?.placeOf(stamp)?.pts).toBe(rings[0]?.placeOf(stamp)?.pts);
    expect(second?.groups.length).toBeGreaterThan(1);
    expect(first?.groups.at(-1)?.pictures.at(-1)).toEqual(second?.groups.at(-1)?.pictures.at(-1));
    await one.camera.stop(1000);
    expect([first?.hasEnded, second?.hasEnded]).toEqual([true, false]);
    const before = second?.newestPts ?? 0;
    await seen(other, 10, ledger);
    expect(second?.newestPts).toBeGreaterThan(before);
    // Nothing had to be opened again for any of it.
    expect([eventsOf("door"), eventsOf("faces")]).toEqual([["source_started"], ["source_started"]]);
  });

  test("packets that nothing took before have the stream opened again", async () => {
    const { view, ledger, eventsOf } = await openDoor();
    const ring = new PacketRing({ maxBytes: 1e8, keepS: 60 });
    await seen(view("door"), 5, ledger);
    await seen(view("clips", {}, { packets: ring }), 25, ledger);
    expect([ring.bytes > 0, eventsOf("door")]).toEqual([true, ["source_started", "source_reopened", "source_started"]]);
  });

  test("are apart where the stream is opened in another way", async () => {
    const { view, ledger } = await openDoor();
    await seen(view("door"), 3, ledger);
    await seen(view("faces", { stallTimeoutMs: 4000 }), 3, ledger);
    expect(decoders()).toBe(2);
  });
});

test("frames that came too late for one that has left are given back once", async () => {
  const { view, ledger, arena } = await openDoor();
  const one = view("door");
  const other = view("faces");
  await other.until(() => other.frames.length === 3);
  await other.camera.stop(1);
  expect(other.camera.statistics().slotsInUse).toBeGreaterThanOrEqual(3);
  await seen(one, 20, ledger);
  for (const frame of other.frames) other.camera.release(frame);
  expect(() => other.camera.release(other.frames[0]!)).toThrow("is not in use");
  await seen(one, 20, ledger);
  await one.camera.stop(1000);
  expect(arena.usedBytes).toBe(0);
});

test("a failure is each view's, also of one that comes while the next attempt is awaited", async () => {
  const server = createServer((socket) => socket.destroy()).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  const { view, close, failures, clock } = await openViews(`rtsp://127.0.0.1:${port}/door`);
  onTestFinished(async () => {
    await close();
    server.close();
  });
  const views = [view("door"), view("faces")];
  await Promise.all(views.map(({ until, states }) => until(() => states.includes("retrying"))));
  await within(
    () => clock.pending.length > 0,
    () => "the next attempt is awaited",
  );
  const late = view("plates");
  expect(late.states).toEqual(["connecting", "retrying"]);
  expect(failures().map(({ camera, attempts, cause }) => [camera, attempts, cause])).toEqual(
    ["door", "faces", "plates"].map((camera) => [camera, 1, failures()[0]?.cause]),
  );
  clock.turn(60_000);
  await within(
    () => failures().length === 6,
    () => "all three failed again",
  );
  expect(
    failures()
      .slice(3)
      .map(({ camera, attempts }) => [camera, attempts]),
  ).toEqual([
    ["door", 2],
    ["faces", 2],
    ["plates", 2],
  ]);
});

describe("views of a file", () => {
  const frameCount = 60;

  test("each get every frame, however differently they take them", async () => {
    const url = await writeNumberedClip(folder.path("film.mkv"), frameCount);
    const { view, ledger, arena, close } = await openViews(url);
    const quick = view("quick", { slots: 3 });
    const slow = view("slow", { slots: 2, maxFps: 5 });
    const quickly = seen(quick, Number.POSITIVE_INFINITY, ledger);
    const levels: number[] = [];
    for (let next = 1; next <= 12; next++) {
      await slow.until(() => slow.frames.length > 0);
      const [frame] = slow.frames.splice(0, 1);
      levels.push(levelOf(arena.memory, frame!));
      // The other one is ahead by no more than the two that this one may have, each for five of its own.
      expect(ledger.snapshot()["quick"]?.decoded).toBeLessThanOrEqual((next + 2) * 5);
      ledger.published(frame!);
      slow.camera.release(frame!);
    }
    expect(levels).toEqual(Array.from({ length: 12 }, (_, n) => 5 * n * LEVEL_STEP));
    expect((await quickly).map(({ sequence }) => sequence)).toEqual(
      Array.from({ length: frameCount }, (_, n) => n + 1),
    );
    await slow.until(() => slow.states.includes("ended"));
    expect(ledger.snapshot()).toMatchObject({
      quick: { decoded: frameCount, published: frameCount, inFlight: 0 },
      slow: { decoded: 12, published: 12, inFlight: 0 },
    });
    await close();
    expect(arena.usedBytes).toBe(0);
  });

  test("one that comes later reads it from its beginning", async () => {
    const url = await writeNumberedClip(folder.path("late.mkv"), frameCount);
    const { view, ledger, close, eventsOf } = await openViews(url);
    const first = view("first", { slots: 3 });
    await first.until(() => first.frames.length === 3);
    const late = await seen(view("late", { slots: 3 }), Number.POSITIVE_INFINITY, ledger);
    const early = await seen(first, Number.POSITIVE_INFINITY, ledger);
    expect([early.length, late.length]).toEqual([frameCount, frameCount]);
    expect([eventsOf("first"), eventsOf("late")]).toEqual(Array(2).fill(["source_started", "source_ended"]));
    await close();
  });

  test("whose memory is not there for all fail together, and say what to raise", async () => {
    const url = await writeNumberedClip(folder.path("much.mkv"), frameCount);
    const { view, failures, close } = await openViews(url, { arenaBytes: 5 * 2304 });
    const views = [view("one", { slots: 3, loop: true }), view("two", { slots: 3, loop: true })];
    await Promise.all(views.map(({ until, states }) => until(() => states.includes("retrying"))));
    expect(failures().map(({ camera, cause }) => [camera, cause])).toEqual([
      ["one", "no_memory"],
      ["two", "no_memory"],
    ]);
    expect(failures()[0]?.message).toContain("stream.memory_mb");
    await close();
  });
});
