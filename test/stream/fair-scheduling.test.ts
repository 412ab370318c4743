import fc from "fast-check";
import { expect, test } from "vitest";
import { seededRandom } from "../../src/demo/seeded-random.ts";
import { FrameScheduler } from "../../src/stream/frame-scheduler.ts";

const FRAMES_OF_EACH = 400;
const PERIOD_MS = 1000 / 30;

interface Load {
  /** When each camera gives its first frame, as a share of the time between two. */
  phases: number[];
  batchSize: number;
  credits: number;
  /** How much more the cameras send than is served; at 1 just as much. */
  excess: number;
  /** Of the times that batches take, by half around the mean. */
  seed: number;
}

/** Frames served of each camera, on a clock of its own. */
function serve({ phases, batchSize, credits, excess, seed }: Load): number[] {
  const scheduler = new FrameScheduler<{ camera: string }>({ batchSize, batchWaitMs: 10, credits });
  const served = phases.map(() => 0);
  const nextFrame = phases.map((phase) => phase * PERIOD_MS);
  for (const i of phases.keys()) scheduler.add(`${i}`, "newest");
  for (const i of phases.keys()) scheduler.setRunning(`${i}`, true);
  /** Batches share one processor, so that each takes the time of all before it. */
  const ends: number[] = [];
  let processorFreeAt = 0;
  const random = seededRandom(seed);
  const frameMs = (excess * PERIOD_MS) / phases.length;

  function takeAll(now: number): void {
    for (let frames = scheduler.take(now); frames !== undefined; frames = scheduler.take(now)) {
      for (const { camera } of frames) served[Number(camera)]!++;
      const ms = frames.length * frameMs * (0.5 + random());
      processorFreeAt = Math.max(now, processorFreeAt) + ms;
      ends.push(processorFreeAt);
    }
  }

  const end = FRAMES_OF_EACH * PERIOD_MS;
  for (;;) {
    const camera = nextFrame.indexOf(Math.min(...nextFrame));
    const now = Math.min(nextFrame[camera]!, ends[0] ?? end, scheduler.dueAt() ?? end);
    if (now >= end) return served;
    if (now === ends[0]) {
      ends.shift();
      scheduler.giveBack();
    } else if (now === nextFrame[camera]) {
      scheduler.push({ camera: `${camera}` }, now);
      nextFrame[camera] = now + PERIOD_MS;
    }
    takeAll(now);
  }
}

const load: fc.Arbitrary<Load> = fc.record({
  phases: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 2, maxLength: 16 }),
  batchSize: fc.integer({ min: 1, max: 16 }),
  credits: fc.integer({ min: 2, max: 4 }),
  excess: fc.double({ min: 0.5, max: 6, noNaN: true }),
  seed: fc.integer({ min: 1, max: 1e9 }),
});

test("cameras of the same rate are served at the same rate, however much more they send than can be served", () => {
  fc.assert(
    fc.property(load, (given) => {
      const served = serve(given);
      expect(Math.min(...served) / Math.max(...served)).toBeGreaterThanOrEqual(0.9);
    }),
    { numRuns: 200 },
  );
});

test("sixteen cameras whose frames come at the same moment are all served in full while there is time for all", () => {
  const together = { phases: Array.from({ length: 16 }, () => 0), batchSize: 8, credits: 2, excess: 0.6, seed: 1 };
  expect(new Set(serve(together))).toEqual(new Set([FRAMES_OF_EACH]));
});
