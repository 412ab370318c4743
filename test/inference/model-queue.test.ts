import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Clock } from "../../src/base/clock.ts";
import { type ModelQueueSettings, openModelQueue } from "../../src/inference/model-queue.ts";

interface Run {
  thread: number;
  items: number[];
  finish(replies?: number[]): Promise<void>;
  fail(error: Error): Promise<void>;
}

describe("a model's queue", () => {
  test("gives each item its own reply, whichever thread is faster", async () => {
    const { owner, runs } = openTest({ threads: 2, maxBatch: 1, maxWaitMs: 0 });
    const replies = [owner.submit(1), owner.submit(2), owner.submit(3)];
    expect(runs.map(({ thread, items }) => [thread, ...items])).toEqual([
      [0, 1],
      [1, 2],
    ]);
    expect(owner.load()).toEqual({ waiting: 1, running: 2 });
    await runs[1]?.finish();
    expect(runs[2]).toMatchObject({ thread: 1, items: [3] });
    await runs[2]?.finish();
    await runs[0]?.finish();
    expect(await Promise.all(replies)).toEqual([10, 20, 30]);
  });

  test("gives each thread a second batch to hold, but only when none rests", async () => {
    const { owner, runs } = openTest({ threads: 2, depth: 2, maxBatch: 1, maxWaitMs: 0 });
    const replies = [1, 2, 3, 4, 5].map((item) => owner.submit(item));
    expect(runs.map(({ thread }) => thread)).toEqual([0, 1, 0, 1]);
    expect(owner.load()).toEqual({ waiting: 1, running: 4 });
    await runs[1]?.finish();
    await runs[3]?.finish();
    replies.push(owner.submit(6));
    expect(runs.slice(4).map(({ thread, items }) => [thread, ...items])).toEqual([
      [1, 5],
      [1, 6],
    ]);
    for (const run of [0, 2, 4, 5]) await runs[run]?.finish();
    expect(await Promise.all(replies)).toEqual([10, 20, 30, 40, 50, 60]);
  });

  test("gathers items until the batch is full or the first has waited long enough", async () => {
    const { owner, runs, clock } = openTest({ threads: 1, maxBatch: 3, maxWaitMs: 5 });
    const first = [owner.submit(1), owner.submit(2)];
    await clock.advance(4);
    expect(runs).toHaveLength(0);
    await clock.advance(1);
    expect(runs[0]?.items).toEqual([1, 2]);
    const more = [3, 4, 5, 6].map((item) => owner.submit(item));
    await runs[0]?.finish();
    expect(runs[1]?.items).toEqual([3, 4, 5]);
    await runs[1]?.finish();
    await clock.advance(5);
    await runs[2]?.finish();
    expect(await Promise.all([...first, ...more])).toEqual([10, 20, 30, 40, 50, 60]);
  });

  test("refuses items beyond its limit and serves the others", async () => {
    const { owner, runs } = openTest({ threads: 1, maxBatch: 1, maxWaitMs: 0, queueLimit: 1 });
    const replies = [owner.submit(1), owner.submit(2)];
    await expect(owner.submit(3)).rejects.toMatchObject({ code: "MODEL_BUSY" });
    await expect(owner.submit(3)).rejects.toThrowErrorMatchingInlineSnapshot(
      `[ModelError: model "shapes/1": 1 items are waiting already, this one is refused]`,
    );
    await runs[0]?.finish();
    await runs[1]?.finish();
    expect(await Promise.all(replies)).toEqual([10, 20]);
  });

  test("fails only the items of a failed run", async () => {
    const { owner, runs } = openTest({ threads: 1, maxBatch: 2, maxWaitMs: 0 });
    const before = owner.submit(1);
    const [one, two, three] = [owner.submit(2), owner.submit(3), owner.submit(4)];
    await runs[0]?.finish();
    await Promise.all([
      expect(one).rejects.toThrowErrorMatchingInlineSnapshot(
        `[ModelError: model "shapes/1": run failed: out of memory]`,
      ),
      expect(two).rejects.toMatchObject({ code: "MODEL_RUN_FAILED" }),
      runs[1]?.fail(new Error("out of memory")),
    ]);
    await runs[2]?.finish();
    expect(await Promise.all([before, three])).toEqual([10, 40]);
  });

  test("fails the items of a run that answers with another number of replies", async () => {
    const { owner, runs } = openTest({ threads: 1, maxBatch: 1, maxWaitMs: 0 });
    const reply = owner.submit(1);
    await Promise.all([expect(reply).rejects.toThrow("0 replies to 1 items"), runs[0]?.finish([])]);
  });

  test("when closed refuses what waits, and ends with the running batches", async () => {
    const { owner, runs } = openTest({ threads: 1, maxBatch: 1, maxWaitMs: 0 });
    const [running, waiting] = [owner.submit(1), owner.submit(2)];
    const order: string[] = [];
    const closed = owner.close().then(() => order.push("closed"));
    await expect(waiting).rejects.toMatchObject({ code: "MODEL_CLOSED" });
    await expect(owner.submit(3)).rejects.toMatchObject({ code: "MODEL_CLOSED" });
    order.push("finishing");
    await runs[0]?.finish();
    await closed;
    expect([await running, ...order]).toEqual([10, "finishing", "closed"]);
  });
});

describe("whatever comes in whatever order", () => {
  const settings = fc.record({
    threads: fc.integer({ min: 1, max: 3 }),
    maxBatch: fc.integer({ min: 1, max: 4 }),
    maxWaitMs: fc.integer({ min: 0, max: 5 }),
    queueLimit: fc.integer({ min: 0, max: 6 }),
  });
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.constant({ type: "submit" as const }) },
    { weight: 2, arbitrary: fc.record({ type: fc.constant("advance" as const), ms: fc.integer({ min: 1, max: 4 }) }) },
    {
      weight: 3,
      arbitrary: fc.record({ type: fc.constantFrom("finish" as const, "fail" as const), which: fc.nat(9) }),
    },
  );

  test("batches stay small, no item waits beyond the deadline for a free thread, every item settles once", async () => {
    await fc.assert(
      fc.asyncProperty(settings, fc.array(step, { maxLength: 60 }), async (chosen, steps) => {
        const { owner, runs, clock } = openTest(chosen);
        const pending = new Set<Run>();
        const settled: number[] = [];
        const waits: Promise<void>[] = [];
        const waiting = new Map<number, number>();
        let next = 0;
        const takeRuns = () => {
          for (const run of runs.splice(0)) {
            pending.add(run);
            expect(run.items.length).toBeLessThanOrEqual(chosen.maxBatch);
            for (const item of run.items) waiting.delete(item);
          }
          expect(new Set([...pending].map(({ thread }) => thread)).size).toBe(pending.size);
          expect(waiting.size).toBeLessThanOrEqual(chosen.queueLimit);
          if (pending.size === chosen.threads) return;
          for (const since of waiting.values()) expect(clock.now() - since).toBeLessThan(Math.max(1, chosen.maxWaitMs));
        };
        const settle = async (which: number, how: "finish" | "fail") => {
          const run = [...pending][which % Math.max(1, pending.size)];
          if (run === undefined) return;
          pending.delete(run);
          await (how === "finish" ? run.finish() : run.fail(new Error("broken")));
        };
        for (const action of steps) {
          if (action.type === "submit") {
            const item = next++;
            waiting.set(item, clock.now());
            const note = () => {
              waiting.delete(item);
              settled.push(item);
            };
            waits.push(owner.submit(item).then(note, note));
            await flush();
          } else if (action.type === "advance") await clock.advance(action.ms);
          else await settle(action.which, action.type);
          takeRuns();
        }
        for (const done = owner.close(); pending.size > 0 || (await isOpen(done)); takeRuns())
          await settle(0, "finish");
        await Promise.all(waits);
        expect(settled.toSorted((a, b) => a - b)).toEqual(Array.from({ length: next }, (_, i) => i));
      }),
      { numRuns: 200 },
    );
  });
});

interface TestClock extends Clock {
  advance(ms: number): Promise<void>;
}

/** Time that moves by hand, one millisecond after the other. */
function createClock(): TestClock {
  const timers = new Set<{ at: number; callback: () => void }>();
  let now = 0;
  return {
    now: () => now,
    after(delayMs, callback) {
      const timer = { at: now + delayMs, callback };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    async advance(ms) {
      for (let passed = 0; passed < ms; passed++) {
        now++;
        for (const timer of [...timers].filter(({ at }) => at <= now)) {
          timers.delete(timer);
          timer.callback();
        }
        await flush();
      }
    },
  };
}

/** A queue whose runs are finished by the test; the reply to an item is ten times the item. */
function openTest(changes: Partial<ModelQueueSettings<number, number>>) {
  const runs: Run[] = [];
  const clock = createClock();
  const dispatch = (thread: number, items: number[]): Promise<number[]> =>
    new Promise((resolve, reject) => {
      const finish = async (replies = items.map((item) => item * 10)) => {
        resolve(replies);
        await flush();
      };
      const fail = async (error: Error) => {
        reject(error);
        await flush();
      };
      runs.push({ thread, items, finish, fail });
    });
  const settings = { model: "shapes/1", threads: 1, maxBatch: 1, maxWaitMs: 0, queueLimit: 100, dispatch, clock };
  return { owner: openModelQueue<number, number>({ ...settings, ...changes }), runs, clock };
}

/** Lets all promises that can settle do so. */
function flush(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

async function isOpen(done: Promise<void>): Promise<boolean> {
  return Promise.race([done.then(() => false), flush().then(() => true)]);
}
