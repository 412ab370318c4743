import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { ModelDescription } from "../../src/inference/description.ts";
import { readOnnx } from "../../src/inference/files/onnx-file.ts";
import { findImageInput } from "../../src/inference/image-input.ts";
import { inspectModel } from "../../src/inference/inspect.ts";
import { openModel } from "../../src/inference/open-model.ts";
import type { ModelItem } from "../../src/inference/request.ts";
import { openSession } from "../../src/inference/session.ts";
import { assetPath, lacksAssets } from "../helpers/assets.ts";
import { boxesOf } from "../helpers/boxes-of.ts";
import { pictureItem } from "../helpers/picture-item.ts";

const skip = lacksAssets("expected.json", "models/yolox-nano-416.onnx", "images/dogs.jpg");
const cpu = { providers: ["cpu"] } as const;

type Expected = [name: string, score: number, box: number[]];
interface Reference {
  images: Record<string, Record<string, Expected[]>>;
  golden: Record<string, { outputs: Record<string, { dims: number[]; mean: number | null; head: number[] }> }>;
}

function reference(): Reference {
  return JSON.parse(readFileSync(assetPath("expected.json") ?? "", "utf8"));
}

describe.skipIf(skip)("a real detector", () => {
  // Scores from which the reference must have a box, and the overlap from which one drops another.
  const models: [name: string, family: string, sure: number, overlap: number][] = [
    ["yolox-nano-416", "yolox", 0.6, 0.45],
    ["yolox-nano-416-dynbatch", "yolox", 0.6, 0.45],
    ["coco-v8layout-416", "yolov8", 0.6, 0.45],
    ["coco-v8seglayout-416", "yolov8-seg", 0.6, 0.45],
    ["coco-e2e6-416", "end-to-end", 0.6, 0.45],
    ["coco-detrlayout-416", "rfdetr", 0.6, 0.45],
    ["coco-tfodlayout-u8-416", "ssd", 0.6, 0.45],
    ["nanodet-m-320", "nanodet", 0.6, 0.6],
    ["fastestdet-352", "fastestdet", 0.75, 0.45],
    ["ultraface-rfb-320", "ultraface", 0.8, 0.3],
    ["yunet-120x160", "yunet-priors", 0.7, 0.3],
  ];

  test.each(models)(
    "%s (%s) finds the objects of all pictures",
    { timeout: 120_000 },
    async (model, family, sure, overlap) => {
      const description = await inspectModel(modelPath(model));
      expect(description.family).toBe(family);
      const detector = await openModel(description, new SharedArrayBuffer(0), cpu);
      const missing: string[] = [];
      const surplus: string[] = [];
      for (const [image, results] of Object.entries(reference().images)) {
        if (results[model] === undefined) continue;
        const item = await itemOf(assetPath(image) ?? "", overlap);
        const [rows = new Float32Array()] = (await boxesOf(detector, [item])).rows;
        const clear = (results[model] ?? []).filter(([, score]) => score >= sure);
        for (const expected of clear)
          if (!isFound(expected, rows, description)) missing.push(`${image}: ${expected[0]}`);
        const known = results[model] ?? [];
        const unknown = clearRows(rows, sure).filter(
          (row) => !known.some((expected) => matches(expected, row, description)),
        );
        surplus.push(...unknown.map((row) => `${image}: ${description.classes[row[5] ?? -1]}`));
      }
      await detector.close();
      // Another rounding of the letterbox may tip one box that stands between two classes.
      expect(missing.slice(1)).toEqual([]);
      expect(surplus.slice(1)).toEqual([]);
    },
  );

  test("gives the same rows from a batch of two as alone", async () => {
    const description = await inspectModel(modelPath("yolox-nano-416-dynbatch"));
    const detector = await openModel(description, new SharedArrayBuffer(0), { ...cpu, maxBatch: 2 });
    const items = await Promise.all(
      ["images/dogs.jpg", "images/couple.png"].map((name) => itemOf(assetPath(name) ?? "")),
    );
    const together = (await boxesOf(detector, items)).rows;
    const alone = await Promise.all(items.map(async (item) => (await boxesOf(detector, [item])).rows[0]));
    await detector.close();
    expect(detector.maxBatch).toBe(2);
    for (const [i, rows] of together.entries()) {
      expect(rows.length).toBe(alone[i]?.length);
      for (const [j, value] of rows.entries()) expect(value).toBeCloseTo(alone[i]?.[j] ?? Number.NaN, 1);
    }
  });
});

describe.skipIf(skip)("a real model behind the uint8 input", () => {
  const names = skip ? [] : Object.keys(reference().golden);

  test.each(names)("%s computes the golden outputs", { timeout: 60_000 }, async (name) => {
    const golden = reference().golden[name];
    const description = await describeForGolden(name);
    const session = await openSession(description, cpu);
    const outputs = await session.run([goldenPixels(name, description)]);
    await session.close();
    for (const [i, { name: output }] of description.outputs.entries()) {
      const expected = golden?.outputs[output];
      const { data, dims } = outputs[i] ?? { data: new Float32Array(), dims: [] };
      expect(dims).toEqual(expected?.dims);
      const isHalf = description.outputs[i]?.elementType === "float16";
      for (const [j, value] of (expected?.head ?? []).entries())
        expectNear(data[j] ?? Number.NaN, isHalf ? ofHalf(value) : value);
      if (!isHalf && typeof expected?.mean === "number") expectNear(mean(data), expected.mean);
    }
  });
});

function modelPath(model: string): string {
  return assetPath(`models/${model}.onnx`) ?? "";
}

async function itemOf(path: string, iouThreshold = 0.45): Promise<ModelItem> {
  const parameters = {
    confidence: 0.3,
    iouThreshold,
    maxDetections: 300,
    maxCandidates: 3000,
    classAgnostic: false,
    classFilter: null,
  };
  return { task: "detect", ...(await pictureItem(path, parameters)) };
}

function isFound(expected: Expected, rows: Float32Array, description: ModelDescription): boolean {
  return split(rows).some((row) => matches(expected, row, description));
}

/** The tolerance of the reference: same class, IoU of 0.6, scores within 0.1. */
function matches([name, score, box]: Expected, row: number[], { classes }: ModelDescription): boolean {
  return classes[row[5] ?? -1] === name && Math.abs((row[4] ?? 0) - score) <= 0.1 && overlap(row, box) >= 0.6;
}

/** Boxes so sure that the reference must know them, even at the end of its tolerance. */
function clearRows(rows: Float32Array, sure: number): number[][] {
  return split(rows).filter((row) => (row[4] ?? 0) >= sure);
}

function split(rows: Float32Array): number[][] {
  return Array.from({ length: rows.length / 6 }, (_, i) => [...rows.subarray(i * 6, i * 6 + 6)]);
}

function overlap(
  [ax1 = 0, ay1 = 0, ax2 = 0, ay2 = 0]: number[],
  [bx1 = 0, by1 = 0, bx2 = 0, by2 = 0]: number[],
): number {
  const width = Math.max(0, Math.min(ax2, bx2) - Math.max(ax1, bx1));
  const height = Math.max(0, Math.min(ay2, by2) - Math.max(ay1, by1));
  return (width * height) / ((ax2 - ax1) * (ay2 - ay1) + (bx2 - bx1) * (by2 - by1) - width * height);
}

const AS_BYTES = ["yolox-nano-416.onnx", "yolox-nano-416-dynbatch.onnx", "yunet-120x160.onnx", "person-reid-0248.onnx"];

/** The golden inputs are bytes, given as they are or divided by 255; this states that preprocessing for any layout. */
async function describeForGolden(name: string): Promise<ModelDescription> {
  const path = assetPath(`models/${name}`) ?? "";
  const description = await inspectModel(path);
  const image = findImageInput(readOnnx(readFileSync(path), path), {});
  if (typeof image === "string") throw new Error(image);
  const { info, layout, width, height } = image;
  const scale = AS_BYTES.includes(name) || name.startsWith("squeezenet") ? 1 : 1 / 255;
  const none = { mean: [0, 0, 0], std: [1, 1, 1] } satisfies {
    mean: [number, number, number];
    std: [number, number, number];
  };
  const size = {
    name: info.name,
    elementType: info.elementType,
    layout,
    width: width ?? 0,
    height: height ?? 0,
    batch: 1,
    isFree: false,
  };
  return { ...description, input: { ...size, ...none, scale, order: "rgb", fit: "stretch", pad: 0 } };
}

/** The golden values in the model's own order, rearranged into the pixel order that goes in. */
function goldenPixels(name: string, { input }: ModelDescription): Uint8Array {
  const size = (input?.width ?? 0) * (input?.height ?? 0);
  const value = (i: number) => (name.startsWith("squeezenet") ? 100 : (i * 7919) % 256);
  return Uint8Array.from({ length: size * 3 }, (_, i) =>
    value(input?.layout === "nchw" ? (i % 3) * size + Math.floor(i / 3) : i),
  );
}

function expectNear(value: number, expected: number): void {
  expect(Math.abs(value - expected)).toBeLessThanOrEqual(1e-3 * Math.max(Math.abs(expected), 1e-3));
}

function mean(data: Float32Array): number {
  return data.reduce((sum, value) => sum + value, 0) / data.length;
}

/** A half-precision number from its bits. */
function ofHalf(bits: number): number {
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  return exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15);
}
