import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { afterAll, describe, expect, test } from "vitest";
import { inspectModel } from "../../src/inference/inspect.ts";
import { type OpenModel, openModel } from "../../src/inference/open-model.ts";
import { DEFAULT_CONFIDENCE, type ModelItem } from "../../src/inference/request.ts";
import { fitting } from "../../src/kinds/frame.ts";
import type { DetectParameters } from "../../src/kinds/model-task.ts";
import { openModelFolder } from "../fixtures/model-folder.ts";
import { BLUE, paint, RED, type TinyDetector, tinyYolov8, tinyYolox } from "../fixtures/models.ts";
import { boxesOf } from "../helpers/boxes-of.ts";

const folder = openModelFolder();
afterAll(() => folder[Symbol.dispose]());

const parameters: DetectParameters = {
  confidence: 0.9,
  iouThreshold: 0.5,
  maxDetections: 300,
  maxCandidates: 3000,
  classAgnostic: false,
  classFilter: null,
};
const cpu = { providers: ["cpu"] } as const;
const twoObjects = paint(32, 32, [
  { x: 8, y: 16, width: 8, height: 8, rgb: RED },
  { x: 16, y: 0, width: 16, height: 16, rgb: BLUE },
]);

describe.each([
  ["yolox", tinyYolox],
  ["yolov8", tinyYolov8],
])("a detector of family %s", (family, build) => {
  const open = async (options: TinyDetector = {}, arena = new SharedArrayBuffer(0)) =>
    openModel(await inspectModel(folder.write("m.onnx", build(options)), { family }), arena, cpu);

  test("finds each block of colour with its box, score and class", async () => {
    await using detector = closing(await open());
    const [rows] = (await boxesOf(detector, [owned(twoObjects, 32, 32)])).rows;
    const boxes = rowsOf(rows);
    expect(boxes).toContainEqual([8, 16, 16, 24, 1, 0]);
    expect(boxes).toContainEqual([16, 0, 32, 16, 1, 1]);
    expect(boxes.filter((row) => row[5] === 0)).toHaveLength(1);
  });

  test("gives boxes in pixels of the picture, inside it, where that is larger than the input", async () => {
    await using detector = closing(await open({ width: 64, height: 64 }));
    const picture = paint(256, 96, [{ x: 64, y: 32, width: 64, height: 64, rgb: RED }]);
    const { scaleX, offsetY } = fitting(
      family === "yolox" ? "letterbox_top_left" : "letterbox_center",
      256,
      96,
      64,
      64,
    );
    expect([scaleX, offsetY]).toEqual([0.25, family === "yolox" ? 0 : 20]);
    const [rows] = (
      await boxesOf(detector, [{ ...owned(picture, 256, 96), parameters: { ...parameters, confidence: 0.3 } }])
    ).rows;
    const boxes = rowsOf(rows);
    expect(boxes.length).toBeGreaterThan(0);
    for (const [x1 = -1, y1 = -1, x2 = 999, y2 = 999] of boxes) {
      expect(x1 >= 32 && x2 <= 160 && y1 >= 0 && y2 <= 96).toBe(true);
    }
  });

  test("gives several items the rows they get alone, in order", async () => {
    await using detector = closing(await open());
    const grey = paint(32, 32, []);
    const reply = await boxesOf(detector, [owned(grey, 32, 32), owned(twoObjects, 32, 32), owned(grey, 32, 32)]);
    const [alone] = (await boxesOf(detector, [owned(twoObjects, 32, 32)])).rows;
    expect(reply.rows.map((rows) => rows.length > 0)).toEqual([false, true, false]);
    expect(reply.rows[1]).toEqual(alone);
  });
});

test("a fitted rendition in the arena is the model's input, whatever lies around it", async () => {
  const arena = new SharedArrayBuffer(10_000);
  const bgr = twoObjects.map((_, i) => twoObjects[i - (i % 3) + 2 - (i % 3)]!);
  new Uint8Array(arena).fill(255).set(bgr, 4096);
  await using detector = closing(await openModel(await tiny(), arena, cpu));
  const item = { source: { type: "fitted", offset: 4096 }, width: 320, height: 320, parameters } as const;
  const [rows] = (await boxesOf(detector, [item])).rows;
  expect(rowsOf(rows)).toContainEqual([80, 160, 160, 240, 1, 0]);
});

test("a region of the picture gives boxes in pixels of the region", async () => {
  const arena = new SharedArrayBuffer(100 * 100 * 3);
  new Uint8Array(arena).set(paint(100, 100, [{ x: 48, y: 66, width: 8, height: 8, rgb: RED }]));
  await using detector = closing(await openModel(await tiny(), arena, cpu));
  const source = {
    type: "region",
    offset: 0,
    frameWidth: 100,
    frameHeight: 100,
    x: 40,
    y: 50,
    width: 32,
    height: 32,
  } as const;
  const [rows] = (await boxesOf(detector, [{ source, width: 32, height: 32, parameters }])).rows;
  expect(rowsOf(rows)).toEqual([[8, 16, 16, 24, 1, 0]]);
});

describe("parameters", () => {
  test("of each item apply to it alone", async () => {
    await using detector = closing(await openModel(await tiny(), new SharedArrayBuffer(0), cpu));
    const item = owned(twoObjects, 32, 32);
    const ask = (changes: Partial<DetectParameters>): ModelItem => ({
      ...item,
      parameters: { ...parameters, ...changes },
    });
    const reply = await boxesOf(detector, [
      ask({ classFilter: ["class_0"] }),
      ask({ classFilter: ["unknown"] }),
      ask({ maxDetections: 1 }),
      ask({ confidence: 1.1 }),
      ask({ confidence: null }),
      ask({ confidence: DEFAULT_CONFIDENCE }),
    ]);
    const counts = reply.rows.map((rows) => rows.length / 6);
    expect(counts.slice(0, 4)).toEqual([1, 0, 1, 0]);
    expect(reply.rows[4]).toEqual(reply.rows[5]);
    expect(Object.values(reply.timings).every((ms) => ms >= 0)).toBe(true);
  });
});

test("a model whose first run does not fit its family is refused when it is opened", async () => {
  const path = folder.write("lies.onnx", tinyYolov8({ declaredOutput: [1, "rows", 7] }));
  const description = await inspectModel(path, { family: "yolox" });
  await expect(openModel(description, new SharedArrayBuffer(0), cpu)).rejects.toThrow(
    "its first run is not yolox: number of rows: expected 21, the cells of strides 8, 16 and 32 of 32x32, found 6",
  );
});

test("a model of no known family is refused when it is opened", async () => {
  const description = { ...(await tiny()), family: null, input: null };
  await expect(openModel(description, new SharedArrayBuffer(0), cpu)).rejects.toMatchObject({
    code: "MODEL_FAMILY_UNKNOWN",
  });
});

test("two worker threads with a session each answer from one arena", async () => {
  const arena = new SharedArrayBuffer(64 * 32 * 3);
  const bgr = twoObjects.map((_, i) => twoObjects[i - (i % 3) + 2 - (i % 3)]!);
  new Uint8Array(arena).set(bgr, 32 * 32 * 3);
  const workerData = { description: await tiny(), arena, settings: cpu };
  const workers = [0, 1].map(() => startWorker(workerData));
  const opened = await Promise.all(workers.map((worker) => once(worker, "message")));
  expect(opened).toEqual([0, 1].map(() => [{ provider: "cpu", refusals: [], maxBatch: 1 }]));
  const item = { task: "detect", source: { type: "fitted", offset: 32 * 32 * 3 }, width: 32, height: 32, parameters };
  const replies = workers.map(async (worker) => {
    const reply = once(worker, "message");
    worker.postMessage([item]);
    return (await reply)[0];
  });
  for (const { replies: found } of await Promise.all(replies))
    expect(rowsOf(found[0].rows)).toContainEqual([8, 16, 16, 24, 1, 0]);
  await Promise.all(workers.map((worker) => worker.terminate()));
});

async function tiny() {
  return inspectModel(folder.write("tiny.onnx", tinyYolox()));
}

function owned(rgb: Uint8Array, width: number, height: number): ModelItem {
  return { task: "detect", source: { type: "owned", rgb, width, height }, width, height, parameters };
}

function rowsOf(rows: Float32Array | undefined): number[][] {
  const values = [...(rows ?? [])].map((value) => Math.round(value * 1000) / 1000);
  return Array.from({ length: values.length / 6 }, (_, i) => values.slice(i * 6, i * 6 + 6));
}

function closing(detector: OpenModel): OpenModel & AsyncDisposable {
  return { ...detector, [Symbol.asyncDispose]: () => detector.close() };
}

function startWorker(workerData: unknown): Worker {
  return new Worker(new URL("../fixtures/model-worker.ts", import.meta.url), {
    workerData,
    execArgv: ["--import", new URL("../fixtures/typescript-loader.mjs", import.meta.url).href],
  });
}
