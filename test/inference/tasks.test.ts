import sharp, { type Region } from "sharp";
import { describe, expect, test } from "vitest";
import { inspectModel, type ModelStatement } from "../../src/inference/inspect.ts";
import { openModel } from "../../src/inference/open-model.ts";
import type { ModelItem } from "../../src/inference/request.ts";
import { areaOf, pixelsOf } from "../../src/kinds/mask.ts";
import type { ClassScores, Embedding, FoundMasks, FoundObjects, TaskName } from "../../src/kinds/model-task.ts";
import { assetPath, lacksAssets } from "../helpers/assets.ts";

const cpu = { providers: ["cpu"] } as const;
const OBJECTS = {
  confidence: 0.4,
  iouThreshold: 0.45,
  maxDetections: 300,
  maxCandidates: 3000,
  classAgnostic: false,
  classFilter: null,
};

async function open(model: string, statement: ModelStatement = {}) {
  const description = await inspectModel(assetPath(`models/${model}.onnx`) ?? "", statement);
  const opened = await openModel(description, new SharedArrayBuffer(0), cpu);
  return { ...opened, description, [Symbol.asyncDispose]: () => opened.close() };
}

async function item(task: TaskName, image: string, region?: Region, parameters: object = {}): Promise<ModelItem> {
  const picture = sharp(assetPath(image)).removeAlpha().toColourspace("srgb");
  const { data, info } = await (region === undefined ? picture : picture.extract(region))
    .raw()
    .toBuffer({ resolveWithObject: true });
  const { width, height } = info;
  return { task, source: { type: "owned", rgb: data, width, height }, width, height, parameters };
}

describe.skipIf(lacksAssets("models/coco-v8seglayout-416.onnx", "images/couple.png"))("segmentation", () => {
  test("covers the share of each box that the reference covers, within the image", { timeout: 60_000 }, async () => {
    await using model = await open("coco-v8seglayout-416");
    expect(model.description).toMatchObject({ family: "yolov8-seg", task: "segment" });
    for (const [image, shares] of [
      ["images/couple.png", [0.65, 0.56]],
      ["images/cat-720p.jpg", [0.65]],
    ] as const) {
      const asked = await item("segment", image, undefined, OBJECTS);
      const [reply] = (await model.run([asked])).replies as FoundMasks[];
      const found = reply?.masks.map((mask, i) => {
        const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = reply.rows.subarray(i * 6, i * 6 + 4);
        expect(mask.x >= 0 && mask.y >= 0 && mask.x + mask.width <= asked.width).toBe(true);
        expect(areaOf(mask)).toBe(pixelsOf(mask).reduce((sum, pixel) => sum + pixel, 0));
        return areaOf(mask) / ((x2 - x1) * (y2 - y1));
      });
      for (const [i, share] of shares.entries()) expect(found?.[i]).toBeCloseTo(share, 1);
    }
  });

  test("finds boxes alone when it is asked for those", { timeout: 60_000 }, async () => {
    await using model = await open("coco-v8seglayout-416");
    const asked = await Promise.all(
      (["detect", "segment"] as const).map((task) => item(task, "images/couple.png", undefined, OBJECTS)),
    );
    const [boxes, masks] = (await model.run(asked)).replies as [FoundObjects, FoundMasks];
    expect(boxes.rows).toEqual(masks.rows);
    expect(boxes).not.toHaveProperty("masks");
  });
});

describe.skipIf(lacksAssets("models/mobilenet-v2-224-u8.onnx", "labels/imagenet1001.txt", "images/parrot.jpg"))(
  "classification",
  () => {
    const squeezenet: ModelStatement = {
      family: "classification",
      preprocessing: { order: "bgr", scale: 1, mean: [104, 117, 123], std: [1, 1, 1] },
    };
    test.each([
      ["mobilenet-v2-224-u8", "labels/imagenet1001.txt", {}, "macaw", 0.999],
      ["squeezenet-fp16-224", "labels/imagenet1000.txt", squeezenet, "macaw", 0.997],
    ])("%s names what is in a picture", { timeout: 60_000 }, async (name, labels, statement, top, score) => {
      await using model = await open(name, { classes: assetPath(labels) ?? "", ...statement });
      expect(model.description).toMatchObject({ family: "classification", task: "classify" });
      const [reply] = (await model.run([await item("classify", "images/parrot.jpg")])).replies as ClassScores[];
      const best = reply?.scores.indexOf(Math.max(...reply.scores)) ?? -1;
      expect(model.description.classes[best]).toBe(top);
      expect(reply?.scores[best]).toBeCloseTo(score, 1);
    });
  },
);

describe.skipIf(lacksAssets("models/person-reid-0248.onnx", "images/couple.png"))("embedding", () => {
  const reid: ModelStatement = {
    family: "embedding",
    preprocessing: { order: "bgr", scale: 1, mean: [0, 0, 0], std: [1, 1, 1] },
  };

  test("gives a person's picture and a shifted one vectors closer than those of two persons", {
    timeout: 60_000,
  }, async () => {
    await using model = await open("person-reid-0248", reid);
    expect(model.description).toMatchObject({ family: "embedding", task: "embed", classes: [] });
    const regions = [
      { left: 202, top: 102, width: 108, height: 303 },
      { left: 206, top: 106, width: 104, height: 296 },
      { left: 310, top: 110, width: 117, height: 299 },
    ];
    const items = await Promise.all(regions.map((region) => item("embed", "images/couple.png", region)));
    const [one, again, other] = ((await model.run(items)).replies as Embedding[]).map(({ vector }) => vector);
    expect(cosine(one, again)).toBeGreaterThan(0.9);
    expect(cosine(one, other)).toBeLessThan(0.7);
  });

  test("is not taken for a classifier, and the other way round, unless stated", async () => {
    const path = assetPath("models/person-reid-0248.onnx") ?? "";
    const { family, reasons } = await inspectModel(path);
    expect(family).toBeNull();
    expect(reasons.join("\n")).toMatch(/state the family/);
  });
});

function cosine(a: Float32Array | undefined, b: Float32Array | undefined): number {
  if (a === undefined || b === undefined) throw new Error("no vector");
  const dot = (x: Float32Array, y: Float32Array) => x.reduce((sum, value, i) => sum + value * (y[i] ?? 0), 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}
