import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { type FrameBatch, type IntakeSettings, openIntake } from "../../src/stream/batch.ts";
import type { Camera } from "../../src/stream/camera.ts";
import { startCamera } from "../helpers/camera.ts";
import { LEVEL_STEP, useFolder, writeNumberedClip } from "./clip.ts";
import { createStream, levelOf } from "./open-cameras.ts";

const folder = useFolder();
const frameCount = 60;
const clip = () => folder.path("numbered.mkv");
beforeAll(() => writeNumberedClip(clip(), frameCount));

type Stream = Awaited<ReturnType<typeof createStream>>;

function openTestIntake(stream: Stream, cameras: Camera[], changes: Partial<IntakeSettings> = {}) {
  return openIntake({ cameras, ledger: stream.ledger, batchSize: 8, batchWaitMs: 50, credits: 2, ...changes });
}

/** Subscribes; `take` resolves with each batch in turn, and with undefined after the last. */
function subscribe(intake: ReturnType<typeof openTestIntake>) {
  const waiting: FrameBatch[] = [];
  let isComplete = false;
  let mostWaiting = 0;
  let wake = () => {};
  const completed = new Promise<void>((resolve, error) => {
    const next = (batch: FrameBatch) => {
      waiting.push(batch);
      mostWaiting = Math.max(mostWaiting, waiting.length);
      wake();
    };
    const complete = () => {
      isComplete = true;
      resolve();
      wake();
    };
    intake.batches$.subscribe({ next, complete, error });
  });
  const changed = () =>
    new Promise<void>((resolve) => {
      wake = resolve;
    });
  const take = async () => {
    while (waiting.length === 0 && !isComplete) await changed();
    return waiting.shift();
  };
  const takeOne = async () => {
    const batch = await take();
    if (batch === undefined) throw new Error("no more batches");
    return batch;
  };
  return { take, takeOne, completed, mostWaiting: () => mostWaiting };
}

describe("files", () => {
  test("come whole and in order through batches of several cameras, however slow the consumer is", async () => {
    const stream = await createStream();
    const cameras = ["a", "b", "c"].map((id) => stream.open({ id, url: clip(), slots: 3 }));
    const intake = openTestIntake(stream, cameras);
    const { take, mostWaiting } = subscribe(intake);
    const seen: Record<string, number[]> = { a: [], b: [], c: [] };
    for (let batch = await take(); batch !== undefined; batch = await take()) {
      const order = batch.frames.map((frame) => frame.camera);
      expect(order).toEqual(["a", "b", "c"].filter((id) => order.includes(id)));
      await new Promise((resolve) => setImmediate(resolve));
      for (const frame of batch.frames) {
        seen[frame.camera]?.push(levelOf(stream.arena.memory, frame));
        stream.ledger.published(frame);
        intake.release(frame);
      }
      intake.done(batch);
    }
    const all = Array.from({ length: frameCount }, (_, n) => n * LEVEL_STEP);
    expect(seen).toEqual({ a: all, b: all, c: all });
    expect(mostWaiting()).toBe(2);
    const counts = { decoded: frameCount, published: frameCount, dropped: {}, inFlight: 0 };
    expect(stream.ledger.snapshot()).toEqual({ a: counts, b: counts, c: counts });
    await intake.close(0);
    expect(stream.arena.usedBytes).toBe(0);
  });
});

describe("a live camera with a slow consumer", () => {
  test("loses the older of two frames that wait, and the sums agree", async () => {
    const stream = await createStream();
    const camera = stream.open({ url: clip(), delivery: "newest", slots: frameCount + 1 });
    const intake = openTestIntake(stream, [camera], { credits: 1, keepOpen: () => true });
    const { takeOne } = subscribe(intake);
    const first = await takeOne();
    await camera.finished;
    intake.done(first);
    const second = await takeOne();
    expect([first, second].map((batch) => batch.frames.map((frame) => frame.sequence))).toEqual([[1], [frameCount]]);
    expect(levelOf(stream.arena.memory, second.frames[0]!)).toBe((frameCount - 1) * LEVEL_STEP);
    expect(stream.ledger.snapshot()["cam"]).toEqual({
      ...{ decoded: frameCount, published: 0, dropped: { newest_wins: frameCount - 2 }, inFlight: 2 },
    });
    for (const frame of [...first.frames, ...second.frames]) {
      intake.release(frame);
      stream.ledger.published(frame);
    }
    await intake.close(0);
  });
});

describe("before anything takes batches", () => {
  test("the newest frame of a live camera waits, and the older ones are counted", async () => {
    const simulated = await startCamera();
    onTestFinished(() => simulated.close());
    const stream = await createStream();
    const camera = stream.open({ url: simulated.url, slots: 4 });
    const intake = openTestIntake(stream, [camera], { credits: 1 });
    const counts = () => stream.ledger.snapshot()["cam"] ?? { decoded: 0 };
    await expect.poll(() => counts().decoded, { timeout: 30_000 }).toBeGreaterThan(5);
    const { decoded } = counts();
    expect(counts()).toEqual({ decoded, published: 0, dropped: { opening: decoded - 1 }, inFlight: 1 });
    const { takeOne } = subscribe(intake);
    const batch = await takeOne();
    expect(batch.frames.map(({ sequence }) => sequence)).toEqual([decoded]);
    await expect.poll(() => stream.ledger.snapshot()["cam"]?.dropped.newest_wins ?? 0).toBeGreaterThan(0);
    expect(stream.ledger.snapshot()["cam"]?.dropped.opening).toBe(decoded - 1);
    for (const frame of batch.frames) {
      intake.release(frame);
      stream.ledger.published(frame);
    }
    await intake.close(0);
    expect(stream.ledger.inFlight("cam")).toBe(0);
  });

  test("a file is read until memory is full, and comes whole", async () => {
    const stream = await createStream();
    const camera = stream.open({ url: clip(), slots: 4 });
    const intake = openTestIntake(stream, [camera], { credits: 1 });
    await expect.poll(() => camera.statistics().slotsInUse, { timeout: 30_000 }).toBe(4);
    const { take } = subscribe(intake);
    const seen: number[] = [];
    for (let batch = await take(); batch !== undefined; batch = await take()) {
      for (const frame of batch.frames) {
        seen.push(levelOf(stream.arena.memory, frame));
        stream.ledger.published(frame);
        intake.release(frame);
      }
      intake.done(batch);
    }
    expect(seen).toEqual(Array.from({ length: frameCount }, (_, n) => n * LEVEL_STEP));
    expect(stream.ledger.snapshot()["cam"]).toMatchObject({ published: frameCount, dropped: {}, inFlight: 0 });
  });

  test("closing drops what waits as shutdown", async () => {
    const stream = await createStream();
    const camera = stream.open({ url: clip(), slots: 4 });
    const intake = openTestIntake(stream, [camera], { credits: 1 });
    await expect.poll(() => camera.statistics().slotsInUse, { timeout: 30_000 }).toBe(4);
    await intake.close(0);
    const { decoded = 0 } = stream.ledger.snapshot()["cam"] ?? {};
    expect(stream.ledger.snapshot()["cam"]).toEqual({
      decoded,
      published: 0,
      dropped: { shutdown: decoded },
      inFlight: 0,
    });
    expect(stream.arena.usedBytes).toBe(0);
  });
});

test("closing drops what waits as shutdown, and completes", async () => {
  const stream = await createStream();
  const camera = stream.open({ url: clip(), slots: 4 });
  const intake = openTestIntake(stream, [camera], { credits: 1 });
  const { takeOne, completed } = subscribe(intake);
  const batch = await takeOne();
  await expect.poll(() => camera.statistics().slotsInUse, { timeout: 30_000 }).toBe(4);
  const closed = intake.close(60_000);
  await completed;
  for (const frame of batch.frames) {
    stream.ledger.published(frame);
    intake.release(frame);
  }
  intake.done(batch);
  await closed;
  const { decoded, published, dropped, inFlight } = stream.ledger.snapshot()["cam"]!;
  expect([published, inFlight, dropped.shutdown]).toEqual([1, 0, decoded - 1]);
  expect(stream.arena.usedBytes).toBe(0);
});

test("a camera can be taken away and another one of the same name put in its place while frames are out", async () => {
  const stream = await createStream();
  const intake = openTestIntake(stream, [], { credits: 1, keepOpen: () => true });
  const { takeOne } = subscribe(intake);
  intake.add(stream.open({ url: clip(), slots: 2 }));
  const first = await takeOne();
  await intake.remove("cam", 0);
  const dropped = stream.ledger.snapshot()["cam"]?.dropped.camera_removed ?? 0;
  intake.add(stream.open({ id: "other", url: clip(), slots: 2 }));
  intake.done(first);
  const second = await takeOne();
  for (const frame of [...first.frames, ...second.frames]) {
    stream.ledger.published(frame);
    intake.release(frame);
  }
  expect([first.frames[0]?.camera, second.frames[0]?.camera]).toEqual(["cam", "other"]);
  expect(stream.ledger.snapshot()["cam"]).toMatchObject({ published: 1, inFlight: 0, decoded: 1 + dropped });
  await intake.close(0);
  expect(stream.arena.usedBytes).toBe(0);
});

test("a batch cannot be done twice, nor a frame released twice, nor batches have two subscribers", async () => {
  const stream = await createStream();
  const intake = openTestIntake(stream, [stream.open({ url: clip() })]);
  const { takeOne } = subscribe(intake);
  const batch = await takeOne();
  const [frame] = batch.frames;
  await expect(subscribe(intake).completed).rejects.toThrow("batches have one subscriber");
  intake.done(batch);
  intake.release(frame!);
  await intake.close(0);
  expect(() => intake.done(batch)).toThrow(`batch ${batch.id} is not in flight`);
  expect(() => intake.release(frame!)).toThrow("is not in use");
});

test("cameras are replaced when their frames are through, while others go on and the end waits", async () => {
  const stream = await createStream();
  const open = (id: string) => stream.open({ id, url: clip(), slots: 3 });
  const intake = openTestIntake(stream, [open("a"), open("b")]);
  const { take, takeOne } = subscribe(intake);
  const through = (batch: FrameBatch) => {
    for (const frame of batch.frames) {
      stream.ledger.published(frame);
      intake.release(frame);
    }
    intake.done(batch);
  };
  const first = await takeOne();
  let isGone = false;
  const replaced = intake.replace(
    ["a"],
    async () => {
      isGone = (stream.ledger.snapshot()["a"]?.inFlight ?? 0) === 0;
      return [open("c")];
    },
    60_000,
  );
  through(first);
  const cameras = new Set<string>();
  for (let batch = await take(); batch !== undefined; batch = await take()) {
    for (const { camera } of batch.frames) cameras.add(camera);
    through(batch);
  }
  await replaced;
  expect(isGone).toBe(true);
  expect(cameras.has("b")).toBe(true);
  const { b, c } = stream.ledger.snapshot();
  expect([b?.published, c?.published]).toEqual([frameCount, frameCount]);
  await intake.close(0);
  expect(stream.arena.usedBytes).toBe(0);
});

test("a stream does not end while the cameras that end it are replaced", async () => {
  const stream = await createStream();
  const open = (id: string) => stream.open({ id, url: clip(), slots: 3 });
  const intake = openTestIntake(stream, [open("a")]);
  const { take } = subscribe(intake);
  const replaced = intake.replace(["a"], async () => [open("b")], 0);
  const seen: string[] = [];
  for (let batch = await take(); batch !== undefined; batch = await take()) {
    for (const frame of batch.frames) {
      seen.push(frame.camera);
      stream.ledger.published(frame);
      intake.release(frame);
    }
    intake.done(batch);
  }
  await replaced;
  expect(seen.filter((camera) => camera === "b")).toHaveLength(frameCount);
  await intake.close(0);
});
