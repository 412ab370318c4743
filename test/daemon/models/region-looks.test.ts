import { MessageChannel } from "node:worker_threads";
import { describe, expect, onTestFinished, test } from "vitest";
import { ModelError } from "../../../src/base/errors.ts";
import { frameImage } from "../../../src/daemon/input/frame-image.ts";
import { openModelLink, serveModels, type WorkerModel } from "../../../src/daemon/models/model-link.ts";
import type { ModelItem } from "../../../src/inference/request.ts";
import {
  type FrameHandle,
  FULL_RGB,
  LUMINANCE,
  type RenditionRequest,
  renditionKey,
} from "../../../src/kinds/frame.ts";
import type { Image } from "../../../src/kinds/image.ts";
import type { FoundObjects } from "../../../src/kinds/model-task.ts";

const INPUT = { fit: "letterbox_center", width: 416, height: 416, pixelFormat: "rgb24", pad: 114 } as const;
const PICTURE = { width: 3840, height: 2160 };
const CELL = 24;
const CELLS = LUMINANCE.width * LUMINANCE.height;
const MODEL: WorkerModel = {
  ...{ renditionKey: renditionKey(INPUT), input: { width: 416, height: 416 }, task: "detect", classes: ["person"] },
  ...{ points: [], recommended: null, takesTexts: false },
};
const PARAMETERS = {
  ...{ confidence: 0.5, iouThreshold: 0.5, maxDetections: 10, maxCandidates: 100 },
  ...{ classAgnostic: false, classFilter: null },
};
const RULES = { change: 5, most: 4, wholeEveryS: 0 };
/** Pixels of the input that the model needs of an object. */
const LEAST_SEEN = 20;

type Person = readonly [x: number, y: number, height: number];

/** A camera of 4K whose model sees what is large enough in its input; frames are ten a second. */
function openYard({ count = 80, model = MODEL }: { count?: number; model?: WorkerModel } = {}) {
  const { port1, port2 } = new MessageChannel();
  onTestFinished(() => port1.close());
  const arena = new SharedArrayBuffer(count * CELLS);
  const persons = new Map<number, readonly Person[]>();
  const asked: (readonly ModelItem[])[] = [];
  const state: { failure: ModelError | null } = { failure: null };
  serveModels(port1, {
    async run(_model: string, items: readonly ModelItem[]) {
      asked.push(items);
      if (state.failure !== null) throw state.failure;
      return { replies: items.map((item) => seenIn(item, persons.get(frameOf(item)) ?? [])), inferMs: 5 };
    },
    embed: async () => [],
    open: async () => model,
  });
  const link = openModelLink(port2, new Map([["a/1", model]]), arena);
  let sequence = 0;
  const frame = (there: readonly Person[], more: Partial<FrameHandle> = {}): FrameHandle => {
    const index = sequence++;
    persons.set(index, there);
    new Uint8Array(arena, index * CELLS, CELLS).set(luminanceOf(there));
    const rendition = (request: RenditionRequest, offset: number) => ({
      ...request,
      key: renditionKey(request),
      offset,
    });
    const time = { pts: null, timestamp: 0, timestampSource: "arrival", clockS: 100 + index / 10, startS: 0 } as const;
    const size = { ...PICTURE, fps: 10, measuredFps: 10, slot: 0, decodedAt: 0 };
    const renditions = [
      rendition(INPUT, index),
      rendition(LUMINANCE, index * CELLS),
      { ...rendition(FULL_RGB, index), ...PICTURE },
    ];
    return { camera: "yard", sequence, ...time, ...size, renditions, regions: RULES, ...more };
  };
  const ask = async (image: Image, parameters: typeof PARAMETERS = PARAMETERS) => {
    const [answer] = await link.run("detect", "a/1", [image], parameters);
    return boxesOf((answer as { reply: FoundObjects }).reply);
  };
  return { link, asked, frame, ask, state, see: (there: readonly Person[]) => ask(frameImage(frame(there))) };
}

/** Offsets of pictures are numbers of frames here. */
function frameOf({ source }: ModelItem): number {
  return source.type === "owned" ? -1 : source.offset;
}

function luminanceOf(persons: readonly Person[]): Uint8Array {
  const cells = new Uint8Array(CELLS).fill(100);
  for (const [x, y, height] of persons) {
    for (let row = Math.floor(y / CELL); row < (y + height) / CELL; row++) {
      for (let column = Math.floor(x / CELL); column < (x + height / 2) / CELL; column++)
        cells[row * LUMINANCE.width + column] = 140;
    }
  }
  return cells;
}

function seenIn({ source, width, height }: ModelItem, persons: readonly Person[]): FoundObjects {
  const { x, y } = source.type === "region" ? source : { x: 0, y: 0 };
  const scale = Math.max(width / INPUT.width, height / INPUT.height);
  const rows = persons.flatMap(([left, top, tall]) => {
    const box = [left - x, top - y, left + tall / 2 - x, top + tall - y] as const;
    const isThere = box[0] < width && box[1] < height && box[2] > 0 && box[3] > 0;
    const own = [Math.max(0, box[0]), Math.max(0, box[1]), Math.min(width, box[2]), Math.min(height, box[3])];
    return isThere && tall / scale >= LEAST_SEEN ? [...own, 0.75, 0] : [];
  });
  return { rows: Float32Array.from(rows) };
}

function boxesOf({ rows }: FoundObjects): number[][] {
  return Array.from({ length: rows.length / 6 }, (_, i) => [...rows.subarray(6 * i, 6 * i + 4)]);
}

const SMALL: Person = [1000, 800, 40];
const SMALL_BOX = [1000, 800, 1020, 840];
const LARGE: Person = [2000, 900, 400];

describe("regions of a camera", () => {
  test("find a small object as soon as it comes, and once where the whole picture shows it too", async () => {
    const { see, asked } = openYard();
    for (let n = 0; n < 3; n++) expect(await see([])).toEqual([]);
    expect(asked.map((items) => items.length)).toEqual([1, 1, 1]);
    expect(await see([SMALL])).toEqual([SMALL_BOX]);
    expect(await see([SMALL, LARGE])).toEqual([[2000, 900, 2200, 1300], SMALL_BOX]);
    expect(await see([SMALL, LARGE])).toEqual([[2000, 900, 2200, 1300], SMALL_BOX]);
  });

  test("follow an object that walks, and one that stands still for longer than it takes to be background", async () => {
    const { see, frame, ask, link } = openYard({ count: 400 });
    await see([]);
    for (let x = 1000; x < 1300; x += 20) expect(await see([[x, 800, 40]])).toEqual([[x, 800, x + 20, 840]]);
    let looked = 0;
    for (let n = 0; n < 200; n++) {
      const one = frame([SMALL], { clockS: 200 + n / 2 });
      expect(await ask(frameImage(one))).toEqual([SMALL_BOX]);
      looked += link.regions(one).looked;
    }
    expect(looked).toBeGreaterThan(90);
  });

  test("forget an object that has gone", async () => {
    const { see } = openYard();
    await see([]);
    await see([SMALL]);
    expect(await see([])).toEqual([]);
  });

  test("are at most so many in a frame; the rest takes turns, and what was seen stands meanwhile", async () => {
    const { ask, frame, link } = openYard();
    const crowd = Array.from({ length: 6 }, (_, i): Person => [100 + 600 * i, 800, 40]);
    const found: number[] = [];
    for (const there of [[], crowd, crowd, crowd]) {
      const one = frame(there);
      found.push((await ask(frameImage(one))).length);
      expect(link.regions(one)).toEqual(there.length === 0 ? { looked: 0, leftOut: 0 } : { looked: 4, leftOut: 2 });
    }
    expect(found).toEqual([0, 4, 6, 6]);
  });

  test("are looked at without the whole picture between its turns", async () => {
    const { ask, frame, asked } = openYard();
    const rules = { ...RULES, wholeEveryS: 1 };
    await ask(frameImage(frame([], { regions: rules })));
    for (let n = 0; n < 8; n++) expect(await ask(frameImage(frame([SMALL], { regions: rules })))).toEqual([SMALL_BOX]);
    expect(asked.map((items) => items.map(({ source }) => source.type).join())).toEqual([
      "fitted",
      ...Array.from({ length: 8 }, () => "region"),
    ]);
  });

  test("ask nothing between the turns of the whole picture where nothing happens", async () => {
    const { ask, frame, asked } = openYard();
    for (let n = 0; n < 10; n++)
      expect(await ask(frameImage(frame([], { regions: { ...RULES, wholeEveryS: 60 } })))).toEqual([]);
    expect(asked).toHaveLength(1);
  });

  test("ask nothing while a result is used again", async () => {
    const { ask, frame, asked, link } = openYard();
    const reuse = { change: 4, maxAgeS: 60 };
    await ask(frameImage(frame([], { reuse })));
    for (let n = 0; n < 3; n++) expect(await ask(frameImage(frame([SMALL], { reuse })))).toEqual([SMALL_BOX]);
    const before = asked.length;
    const still = frame([SMALL], { reuse });
    expect(await ask(frameImage(still))).toEqual([SMALL_BOX]);
    expect(asked).toHaveLength(before);
    expect(link.reused(still)).toEqual(["a/1"]);
    expect(link.regions(still)).toEqual({ looked: 0, leftOut: 0 });
  });

  test("give the same whether batches overlap or not", async () => {
    const walk = Array.from({ length: 12 }, (_, n): Person[] => (n === 0 ? [] : [[600 + 30 * n, 800, 40]]));
    const alone = openYard();
    const one: number[][][] = [];
    for (const there of walk) one.push(await alone.see(there));
    const side = openYard();
    expect(await Promise.all(walk.map((there) => side.see(there)))).toEqual(one);
    expect(side.asked).toEqual(alone.asked);
  });

  test("go on after a run that failed", async () => {
    const { see, state } = openYard();
    await see([]);
    await see([SMALL]);
    state.failure = new ModelError("MODEL_FAILED", "out of memory");
    await expect(see([SMALL])).rejects.toThrow("out of memory");
    state.failure = null;
    expect(await see([SMALL])).toEqual([SMALL_BOX]);
  });

  test("are known for each question by itself, and not for a camera that is gone", async () => {
    const { see, frame, ask, link } = openYard();
    await see([]);
    await see([SMALL]);
    const one = frame([]);
    expect(await ask(frameImage(one), { ...PARAMETERS, confidence: 0.3 })).toEqual([]);
    link.forget("yard");
    const next = frame([SMALL]);
    await ask(frameImage(next));
    expect(link.regions(next).looked).toBe(0);
  });

  test("are none of a crop, of a frame without the full picture, of a model that sees the picture as it is, or without them", async () => {
    const { frame, ask, asked, see } = openYard();
    await see([]);
    const image = frameImage(frame([SMALL]));
    if (image.pixels.type !== "frame") throw new Error("not of a frame");
    const crop = { x: 900, y: 700, width: 1200, height: 1200 };
    await ask({ ...image, width: 1200, height: 1200, pixels: { ...image.pixels, region: crop } });
    const { regions: _, ...plain } = frame([SMALL]);
    await ask(frameImage(plain));
    const lacking = frame([SMALL]);
    await ask(frameImage({ ...lacking, renditions: lacking.renditions.slice(0, 2) }));
    expect(asked.map((items) => items.length)).toEqual([1, 1, 1, 1]);
    const own = openYard({ model: { ...MODEL, renditionKey: renditionKey(FULL_RGB), input: null } });
    await own.see([]);
    await own.see([SMALL]);
    expect(own.asked.map((items) => items.length)).toEqual([1, 1]);
  });

  test("are none of a picture that is hardly larger than the input", async () => {
    const { frame, ask, asked } = openYard();
    for (const there of [[], [SMALL]]) await ask(frameImage(frame(there, { width: 600, height: 400 })));
    expect(asked.map((items) => items.length)).toEqual([1, 1]);
  });
});
