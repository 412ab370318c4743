import { readFileSync } from "node:fs";
import sharp, { type Region } from "sharp";
import { describe, expect, test } from "vitest";
import { inspectModel, type ModelStatement } from "../../src/inference/inspect.ts";
import { openModel } from "../../src/inference/open-model.ts";
import type { ModelItem } from "../../src/inference/request.ts";
import { areaOf } from "../../src/kinds/mask.ts";
import type {
  FoundLines,
  FoundMasks,
  FoundObjects,
  FoundPoints,
  ReadText,
  TaskName,
} from "../../src/kinds/model-task.ts";
import { assetPath, lacksAssets } from "../helpers/assets.ts";

const cpu = { providers: ["cpu"] } as const;
const OBJECTS = {
  confidence: null,
  iouThreshold: 0.3,
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

async function item(task: TaskName, image: string, parameters: object = {}, region?: Region): Promise<ModelItem> {
  const picture = sharp(assetPath(image)).removeAlpha().toColourspace("srgb");
  const { data, info } = await (region === undefined ? picture : picture.extract(region))
    .raw()
    .toBuffer({ resolveWithObject: true });
  const { width, height } = info;
  return { task, source: { type: "owned", rgb: data, width, height }, width, height, parameters };
}

function reference(): { images: Record<string, Record<string, unknown>> } {
  return JSON.parse(readFileSync(assetPath("expected.json") ?? "", "utf8"));
}

describe.skipIf(lacksAssets("expected.json", "models/movenet-lightning-192-u8.onnx", "images/squat.png"))(
  "key points",
  () => {
    test("of one person lie where the reference has them", { timeout: 60_000 }, async () => {
      await using model = await open("movenet-lightning-192-u8");
      const [reply] = (await model.run([await item("keypoints", "images/squat.png", OBJECTS)]))
        .replies as FoundPoints[];
      const expected = reference().images["images/squat.png"]?.["movenet-lightning-192-u8"] as [
        string,
        number,
        number,
        number,
      ][];
      expect(model.description.points).toEqual([expected.map(([name]) => name)]);
      expect(reply?.rows).toHaveLength(6);
      for (const [i, [, x, y, score]] of expected.entries()) {
        const [px = 0, py = 0, ps = 0] = reply?.points.subarray(i * 3, i * 3 + 3) ?? [];
        expect(Math.abs(ps - score)).toBeLessThan(0.25);
        if (score > 0.6) expect(Math.hypot(px - x, py - y)).toBeLessThan(15);
      }
    });

    test("of faces come with their boxes", { timeout: 60_000 }, async () => {
      await using model = await open("yunet-2023mar-640");
      const [reply] = (await model.run([await item("keypoints", "images/faces.jpg", { ...OBJECTS, confidence: 0.7 })]))
        .replies as FoundPoints[];
      const faces = [
        [249, 53, 351, 170],
        [126, 83, 231, 197],
        [436, 118, 493, 183],
        [4, 105, 52, 158],
      ];
      expect(reply?.rows).toHaveLength(faces.length * 6);
      for (const [i, face] of faces.entries()) {
        for (const [k, side] of face.entries()) expect(Math.abs((reply?.rows[i * 6 + k] ?? 0) - side)).toBeLessThan(4);
        const [left = 0, top = 0, right = 0, bottom = 0] = face;
        for (let k = 0; k < 5; k++) {
          const [x = 0, y = 0] = reply?.points.subarray((i * 5 + k) * 3) ?? [];
          expect(x > left && x < right && y > top && y < bottom).toBe(true);
        }
      }
    });
  },
);

describe.skipIf(lacksAssets("expected.json", "models/deeplabv3-257.onnx", "labels/voc21.txt"))(
  "semantic segmentation",
  () => {
    test("covers the shares of a picture that the reference covers", { timeout: 120_000 }, async () => {
      await using model = await open("deeplabv3-257", { classes: assetPath("labels/voc21.txt") ?? "" });
      const { classes } = model.description;
      for (const [image, results] of Object.entries(reference().images)) {
        const shares = results["deeplabv3-257"] as Record<string, number> | undefined;
        if (shares === undefined) continue;
        const asked = await item("semantic", image, { confidence: 0 });
        const [reply] = (await model.run([asked])).replies as FoundMasks[];
        const found = Object.fromEntries(
          (reply?.masks ?? []).map((mask, i) => [
            classes[reply?.rows[i * 6 + 5] ?? -1],
            areaOf(mask) / (asked.width * asked.height),
          ]),
        );
        for (const [name, share] of Object.entries(shares)) {
          if (name !== "background") expect(Math.abs((found[name] ?? 0) - share)).toBeLessThan(0.03);
        }
        expect(found).not.toHaveProperty("background");
      }
    });

    test("leaves out pixels that score less than asked for", { timeout: 60_000 }, async () => {
      await using model = await open("deeplabv3-257", { classes: assetPath("labels/voc21.txt") ?? "" });
      const asked = [0, 0.9, 1].map((confidence) => item("semantic", "images/cat-720p.jpg", { confidence }));
      const replies = (await model.run(await Promise.all(asked))).replies as FoundMasks[];
      const areas = replies.map(({ masks }) => masks.reduce((sum, mask) => sum + areaOf(mask), 0));
      expect(areas[0]).toBeGreaterThan(areas[1] ?? 0);
      expect(areas[1]).toBeGreaterThan(areas[2] ?? 0);
    });
  },
);

describe.skipIf(lacksAssets("models/picodet-layout-cdla-800x608.onnx", "images/page-layout.png"))("page layout", () => {
  test("finds the parts of a page by the names in the file", { timeout: 60_000 }, async () => {
    await using model = await open("picodet-layout-cdla-800x608");
    const [reply] = (
      await model.run([
        await item("detect", "images/page-layout.png", { ...OBJECTS, confidence: 0.5, iouThreshold: 0.5 }),
      ])
    ).replies as FoundObjects[];
    const rows = Array.from({ length: (reply?.rows.length ?? 0) / 6 }, (_, i) => [
      ...(reply?.rows.subarray(i * 6, i * 6 + 6) ?? []),
    ]);
    const names = rows.map((row) => model.description.classes[row[5] ?? -1]);
    expect(names).toEqual(expect.arrayContaining(["text", "figure", "figure_caption", "header"]));
    const figure = rows[names.indexOf("figure")] ?? [];
    for (const [k, side] of [113, 413, 486, 684].entries()) expect(Math.abs((figure[k] ?? 0) - side)).toBeLessThan(12);
  });
});

describe.skipIf(
  lacksAssets("models/ppocr-v6-det-tiny.onnx", "models/ppocr-v6-rec-tiny.onnx", "images/two-lines-of-text.png"),
)("text", () => {
  test("is found and read", { timeout: 60_000 }, async () => {
    await using finder = await open("ppocr-v6-det-tiny");
    await using reader = await open("ppocr-v6-rec-tiny");
    const [found] = (await finder.run([await item("text_detection", "images/two-lines-of-text.png")]))
      .replies as FoundLines[];
    expect(found?.scores).toHaveLength(2);
    const regions = [0, 1].map((i) => regionOf(found?.corners.subarray(i * 8, i * 8 + 8) ?? new Float32Array()));
    const lines = await Promise.all(regions.map((region) => item("ocr", "images/two-lines-of-text.png", {}, region)));
    const texts = (await reader.run(lines)).replies as ReadText[];
    // A space hangs on the pixels around the line, which are whole ones here.
    expect(texts.map(({ text }) => text.replaceAll(" ", "")).sort()).toEqual(["LOT4711OK", "millrace2026"]);
    for (const { confidence } of texts) expect(confidence).toBeGreaterThan(0.9);
  });

  test("that is turned is known by a classifier of directions", { timeout: 60_000 }, async () => {
    const preprocessing = {
      order: "bgr",
      mean: [0.5, 0.5, 0.5],
      std: [0.5, 0.5, 0.5],
      fit: "letterbox_top_left",
    } as const;
    await using model = await open("ppocr-v2-cls", {
      ...{ family: "classification", classes: ["0", "180"], width: 192, height: 48 },
      preprocessing: { ...preprocessing, mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5], pad: 127 },
    });
    const upright = await item(
      "classify",
      "images/two-lines-of-text.png",
      {},
      { left: 20, top: 20, width: 340, height: 70 },
    );
    const { source } = upright;
    const rgb = source.type === "owned" ? source.rgb : new Uint8Array();
    const turned = new Uint8Array(rgb.length);
    for (let i = 0; i < rgb.length; i += 3) turned.set(rgb.subarray(i, i + 3), rgb.length - 3 - i);
    const items = [upright, { ...upright, source: { ...source, rgb: turned } as ModelItem["source"] }];
    const scores = ((await model.run(items)).replies as { scores: Float32Array }[]).map(
      ({ scores: [zero = 0] }) => zero,
    );
    expect(scores[0]).toBeGreaterThan(0.9);
    expect(scores[1]).toBeLessThan(0.1);
  });
});

function regionOf(corners: Float32Array): Region {
  const [xs, ys] = [0, 1].map((from) => [...corners].filter((_, i) => i % 2 === from)) as [number[], number[]];
  const [left, top] = [Math.floor(Math.min(...xs)), Math.floor(Math.min(...ys))];
  return { left, top, width: Math.ceil(Math.max(...xs)) - left, height: Math.ceil(Math.max(...ys)) - top };
}
