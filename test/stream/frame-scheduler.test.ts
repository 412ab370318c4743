import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Delivery, FrameScheduler, type SchedulerSettings } from "../../src/stream/frame-scheduler.ts";

interface TestFrame {
  camera: string;
  sequence: number;
}

const settings: SchedulerSettings = { batchSize: 3, batchWaitMs: 100, credits: 2 };

function createScheduler(cameras: Record<string, Delivery>, changes: Partial<SchedulerSettings> = {}) {
  const scheduler = new FrameScheduler<TestFrame>({ ...settings, ...changes });
  for (const [camera, delivery] of Object.entries(cameras)) {
    scheduler.add(camera, delivery);
    scheduler.setRunning(camera, true);
  }
  return scheduler;
}

const names = (frames: TestFrame[] | undefined) => frames?.map(({ camera, sequence }) => `${camera}${sequence}`);

describe("a batch leaves", () => {
  test("as soon as every running camera has a frame waiting", () => {
    const scheduler = createScheduler({ a: "newest", b: "newest", c: "newest" });
    scheduler.setRunning("c", false);
    scheduler.push({ camera: "b", sequence: 1 }, 0);
    expect(scheduler.take(0)).toBeUndefined();
    scheduler.push({ camera: "a", sequence: 1 }, 5);
    expect(names(scheduler.take(5))).toEqual(["a1", "b1"]);
  });

  test("when it is full", () => {
    const scheduler = createScheduler({ a: "newest", b: "newest" }, { batchSize: 1 });
    scheduler.push({ camera: "b", sequence: 1 }, 0);
    expect(names(scheduler.take(0))).toEqual(["b1"]);
  });

  test("when a place has been taken for the longest time, even if its frame was replaced", () => {
    const scheduler = createScheduler({ a: "newest", b: "newest" });
    scheduler.push({ camera: "a", sequence: 1 }, 0);
    expect(scheduler.push({ camera: "a", sequence: 2 }, 60)).toEqual({ camera: "a", sequence: 1 });
    expect([scheduler.dueAt(), scheduler.take(99)]).toEqual([100, undefined]);
    expect(names(scheduler.take(100))).toEqual(["a2"]);
  });

  test("only while there is a credit", () => {
    const scheduler = createScheduler({ a: "all" }, { credits: 1 });
    scheduler.push({ camera: "a", sequence: 1 }, 0);
    scheduler.push({ camera: "a", sequence: 2 }, 0);
    expect(names(scheduler.take(0))).toEqual(["a1"]);
    expect([scheduler.take(1000), scheduler.dueAt()]).toEqual([undefined, undefined]);
    scheduler.giveBack();
    expect(names(scheduler.take(1000))).toEqual(["a2"]);
  });
});

test("with more cameras than places, the one served least goes first, so none starves", () => {
  const scheduler = createScheduler({ a: "newest", b: "newest", c: "newest" }, { batchSize: 2, credits: 9 });
  const served: (string[] | undefined)[] = [];
  for (let turn = 0; turn < 3; turn++) {
    for (const camera of ["a", "b", "c"]) scheduler.push({ camera, sequence: turn }, turn);
    served.push(scheduler.take(turn)?.map(({ camera }) => camera));
  }
  expect(served).toEqual([
    ["a", "b"],
    ["a", "c"],
    ["b", "c"],
  ]);
});

test("a frame that waited too long is taken out, unless its camera loses nothing", () => {
  const scheduler = createScheduler({ a: "newest", b: "all" }, { maxWaitMs: 50, credits: 1 });
  scheduler.push({ camera: "a", sequence: 1 }, 0);
  scheduler.push({ camera: "b", sequence: 1 }, 0);
  expect(names(scheduler.expire(50))).toEqual([]);
  expect(names(scheduler.expire(51))).toEqual(["a1"]);
});

test("a camera that is removed hands back what waits", () => {
  const scheduler = createScheduler({ a: "all" });
  scheduler.push({ camera: "a", sequence: 1 }, 0);
  scheduler.push({ camera: "a", sequence: 2 }, 0);
  expect([names(scheduler.remove("a")), scheduler.hasWaiting]).toEqual([["a1", "a2"], false]);
});

describe("against a slow and obvious model", () => {
  const cameras: Record<string, Delivery> = { a: "newest", b: "all", c: "newest" };
  const event = fc.oneof(
    { weight: 4, arbitrary: fc.record({ push: fc.constantFrom("a", "b", "c") }) },
    { weight: 2, arbitrary: fc.record({ pass: fc.integer({ min: 1, max: 60 }) }) },
    { weight: 1, arbitrary: fc.record({ running: fc.constantFrom("a", "b", "c"), is: fc.boolean() }) },
    { weight: 2, arbitrary: fc.constant({ done: true }) },
  );
  const limits = fc.record({ batchSize: fc.integer({ min: 1, max: 4 }), credits: fc.integer({ min: 1, max: 3 }) });

  test("the same frames leave in the same batches, and every frame leaves, gives way or still waits", () => {
    fc.assert(
      fc.property(limits, fc.array(event, { maxLength: 120 }), (limit, events) => {
        const scheduler = createScheduler(cameras, limit);
        const model = new Model(cameras, { ...settings, ...limit });
        let sequence = 0;
        for (const step of events) {
          if ("push" in step) {
            const frame = { camera: step.push, sequence: ++sequence };
            expect(scheduler.push(frame, model.now)).toEqual(model.push(frame));
          } else if ("pass" in step) model.now += step.pass;
          else if ("running" in step) {
            scheduler.setRunning(step.running, step.is);
            model.running[step.running] = step.is;
          } else if (model.inFlight > 0) {
            model.inFlight--;
            scheduler.giveBack();
          }
          expect(scheduler.take(model.now)).toEqual(model.take());
          expect(model.left.length + model.gaveWay + model.waiting.length).toBe(sequence);
        }
        expectInOrder(model.left);
      }),
      { numRuns: 300 },
    );
  });
});

/** One list of waiting frames, searched afresh for everything. */
class Model {
  now = 0;
  inFlight = 0;
  gaveWay = 0;
  left: TestFrame[] = [];
  waiting: { frame: TestFrame; since: number }[] = [];
  running: Record<string, boolean> = { a: true, b: true, c: true };
  turns: Record<string, number> = {};
  #turn = 0;
  readonly #cameras: Record<string, Delivery>;
  readonly #settings: SchedulerSettings;

  constructor(cameras: Record<string, Delivery>, settings: SchedulerSettings) {
    this.#cameras = cameras;
    this.#settings = settings;
  }

  push(frame: TestFrame): TestFrame | undefined {
    const index = this.waiting.findIndex((other) => other.frame.camera === frame.camera);
    const older = this.waiting[index];
    if (older !== undefined && this.#cameras[frame.camera] === "newest") {
      this.waiting[index] = { frame, since: older.since };
      this.gaveWay++;
      return older.frame;
    }
    // A camera without frames that wait saves up a few turns at most.
    if (older === undefined) this.turns[frame.camera] = Math.max(this.turns[frame.camera] ?? 0, this.#turn - 8);
    this.waiting.push({ frame, since: this.now });
    return undefined;
  }

  take(): TestFrame[] | undefined {
    const { batchSize, batchWaitMs, credits } = this.#settings;
    const all = Object.keys(this.#cameras);
    const heads = all.flatMap((camera) => this.waiting.filter((one) => one.frame.camera === camera).slice(0, 1));
    const everyRunning = all.every(
      (camera) => !this.running[camera] || heads.some((one) => one.frame.camera === camera),
    );
    const waited = heads.some((one) => this.now - one.since >= batchWaitMs);
    const isDue = heads.length > 0 && (everyRunning || heads.length >= batchSize || waited);
    if (this.inFlight >= credits || !isDue) return undefined;
    const turnOf = (one: { frame: TestFrame }) => this.turns[one.frame.camera] ?? 0;
    const chosen = heads.toSorted((a, b) => turnOf(a) - turnOf(b) || a.since - b.since).slice(0, batchSize);
    this.#turn = Math.max(this.#turn, ...chosen.map(turnOf));
    for (const one of chosen) this.turns[one.frame.camera] = turnOf(one) + 1;
    this.inFlight++;
    this.waiting = this.waiting.filter((one) => !chosen.includes(one));
    const frames = heads.filter((one) => chosen.includes(one)).map((one) => one.frame);
    this.left.push(...frames);
    return frames;
  }
}

function expectInOrder(frames: TestFrame[]): void {
  for (const camera of ["a", "b", "c"]) {
    const sequences = frames.filter((frame) => frame.camera === camera).map((frame) => frame.sequence);
    expect(sequences).toEqual(sequences.toSorted((a, b) => a - b));
  }
}
