import { MessageChannel } from "node:worker_threads";
import { expect, onTestFinished, test, vi } from "vitest";
import { ModelError } from "../../../src/base/errors.ts";
import { steadyMs } from "../../../src/base/steady-clock.ts";
import { frameImage } from "../../../src/daemon/input/frame-image.ts";
import { openModelLink, serveModels, type WorkerModel } from "../../../src/daemon/models/model-link.ts";
import type { ModelItem } from "../../../src/inference/request.ts";
import { type FrameHandle, LUMINANCE, renditionKey } from "../../../src/kinds/frame.ts";
import type { FoundObjects } from "../../../src/kinds/model-task.ts";

const INPUT = { fit: "stretch", width: 8, height: 8, pixelFormat: "rgb24", pad: 0 } as const;
const LUMINANCE_BYTES = LUMINANCE.width * LUMINANCE.height;
const MODEL: WorkerModel = {
  renditionKey: renditionKey(INPUT),
  task: "detect",
  classes: ["person"],
  points: [],
  recommended: null,
  takesTexts: false,
  input: { width: 8, height: 8 },
};
const PARAMETERS = {
  confidence: 0.5,
  iouThreshold: 0.5,
  maxDetections: 10,
  maxCandidates: 100,
  classAgnostic: false,
  classFilter: null,
};

/** Models that find one object in each picture, whose score is the number of the run; each camera has a luminance of its own. */
function openLink(cameras: readonly string[], { inferMs = 5, until = async () => {} } = {}) {
  const { port1, port2 } = new MessageChannel();
  onTestFinished(() => port1.close());
  const arena = new SharedArrayBuffer(cameras.length * LUMINANCE_BYTES);
  const asked: number[] = [];
  let failure: ModelError | null = null;
  serveModels(port1, {
    async run(_model: string, items: readonly ModelItem[]) {
      asked.push(items.length);
      await until();
      if (failure !== null) throw failure;
      return {
        replies: items.map((): FoundObjects => ({ rows: Float32Array.of(0, 0, 1, 1, asked.length, 0) })),
        inferMs,
      };
    },
    embed: async () => [],
    open: async () => MODEL,
  });
  const link = openModelLink(port2, new Map([["a/1", MODEL]]), arena);
  let sequence = 0;
  const batch = (of = cameras): FrameHandle[] => {
    sequence++;
    return of.map((camera) => {
      const rendition = (request: typeof LUMINANCE, offset: number) => ({
        ...request,
        key: renditionKey(request),
        offset,
      });
      const offset = cameras.indexOf(camera) * LUMINANCE_BYTES;
      const time = { pts: null, timestamp: 0, timestampSource: "arrival", clockS: sequence / 8, startS: 0 } as const;
      const size = { width: 64, height: 48, fps: 8, measuredFps: 8, slot: 0, decodedAt: 0 };
      const renditions = [rendition(INPUT, 0), rendition(LUMINANCE, offset)];
      return { camera, sequence, ...time, ...size, renditions, reuse: { change: 8, maxAgeS: 100 } };
    });
  };
  return {
    link,
    asked,
    batch,
    fail: (error: ModelError | null) => {
      failure = error;
    },
    change: (camera: string) => {
      const luminance = new Uint8Array(arena, cameras.indexOf(camera) * LUMINANCE_BYTES, LUMINANCE_BYTES);
      luminance[0] = (luminance[0] ?? 0) + 100;
    },
    /** The runs that the frames' replies are of. */
    async runs(frames: readonly FrameHandle[], parameters = PARAMETERS) {
      const answers = await link.run("detect", "a/1", frames.map(frameImage), parameters);
      return answers.map(({ reply }) => reply.rows[4]);
    },
  };
}

test("of a batch of cameras, models are asked about those whose picture changed, and every answer is of its own camera", async () => {
  const { asked, batch, change, link, runs } = openLink(["gate", "yard", "hall"]);
  for (const run of [1, 2, 3]) expect(await runs(batch())).toEqual([run, run, run]);
  const still = batch();
  expect(await runs(still)).toEqual([3, 3, 3]);
  change("yard");
  const mixed = batch();
  expect(await runs(mixed)).toEqual([3, 4, 3]);
  expect(asked).toEqual([3, 3, 3, 1]);
  expect(mixed.map((frame) => link.reused(frame))).toEqual([["a/1"], [], ["a/1"]]);
  expect(link.inferMs(still)).toBe(0);
  expect(link.inferMs(mixed)).toBe(5);
});

test("batches that overlap share the reply that is under way", async () => {
  const { asked, batch, runs } = openLink(["gate"]);
  const all = await Promise.all([1, 2, 3, 4, 5].map(() => runs(batch())));
  expect(all).toEqual([[1], [2], [3], [3], [3]]);
  expect(asked).toHaveLength(3);
});

test("a failed run fails its own pictures, and the next frame is looked at", async () => {
  const { asked, batch, change, fail, runs } = openLink(["gate"]);
  for (let n = 0; n < 3; n++) await runs(batch());
  change("gate");
  fail(new ModelError("MODEL_FAILED", "out of memory"));
  await expect(runs(batch())).rejects.toThrow("out of memory");
  fail(null);
  expect(await runs(batch())).toEqual([5]);
  expect(asked).toHaveLength(5);
});

test("other parameters are another question, and a camera that is gone is forgotten", async () => {
  const { batch, link, runs } = openLink(["gate"]);
  for (let n = 0; n < 4; n++) await runs(batch());
  expect(await runs(batch(), { ...PARAMETERS, confidence: 0.3 })).toEqual([4]);
  expect(await runs(batch())).toEqual([3]);
  link.forget("gate");
  expect(await runs(batch())).toEqual([5]);
});

test("what a frame waited for models is the time until the answer without their work", async () => {
  let answer = () => {};
  const until = () => new Promise<void>((resolve) => (answer = resolve));
  const asking = openLink(["gate", "yard"], { inferMs: 0.5, until });
  const [gate, yard] = asking.batch() as [FrameHandle, FrameHandle];
  const startedAt = steadyMs();
  const first = asking.runs([gate]);
  await vi.waitFor(() => expect(asking.asked).toHaveLength(1));
  const leastMs = steadyMs() - startedAt;
  answer();
  await first;
  const waited = asking.link.waitMs([gate]);
  expect(waited).toBeGreaterThanOrEqual(leastMs - 0.5);
  expect(waited).toBeLessThanOrEqual(steadyMs() - startedAt - 0.5);
  expect(asking.link.waitMs([yard])).toBe(0);
  expect(asking.link.waitMs([yard, gate])).toBe(waited);
});
