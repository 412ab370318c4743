import { readFileSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import { inspectModel } from "../../src/inference/inspect.ts";
import { type CocoResult, type CocoTruth, cocoFigures } from "../../src/inference/measures/coco-precision.ts";
import { openModel } from "../../src/inference/open-model.ts";
import { assetPath, lacksAssets } from "../helpers/assets.ts";
import { boxesOf } from "../helpers/boxes-of.ts";
import { pictureItem } from "../helpers/picture-item.ts";

const truthPath = assetPath("coco/instances.json");
const skip = lacksAssets("coco/instances.json", "models/yolox-nano-416.onnx");

/** The lowest figures that another resize of the pictures explains, from those of the models' own decoders. */
const MODELS: [model: string, overlap: number, ap: number, ap50: number][] = [
  ["yolox-nano-416", 0.45, 0.24, 0.39],
  ["yolox-nano-416-dynbatch", 0.45, 0.24, 0.39],
  ["nanodet-m-320", 0.6, 0.22, 0.35],
  ["fastestdet-352", 0.45, 0.14, 0.26],
  ["coco-v8layout-416", 0.45, 0.25, 0.4],
  ["coco-v8seglayout-416", 0.45, 0.25, 0.4],
  ["coco-detrlayout-416", 0.45, 0.26, 0.41],
  ["coco-tfodlayout-u8-416", 0.45, 0.255, 0.4],
  // Its graph leaves out what scores less than 0.25.
  ["coco-e2e6-416", 0.45, 0.2, 0.27],
];

describe.skipIf(skip)("on 20 pictures of COCO", () => {
  const lines = [`${"model".padEnd(26)}    AP   AP50   AP75  AR100`];
  afterAll(() => void process.stdout.write(`${lines.join("\n")}\n`));

  test.each(MODELS)(
    "%s finds as much as its authors measure",
    { timeout: 300_000 },
    async (model, overlap, ap, ap50) => {
      const truth = JSON.parse(readFileSync(truthPath ?? "", "utf8")) as CocoTruth;
      const found = cocoFigures(truth, await resultsOf(model, overlap, truth));
      const cells = [found.ap, found.ap50, found.ap75, found.ar100].map((value) => value.toFixed(4));
      lines.push(`${model.padEnd(26)}${cells.join(" ")}`);
      expect(found.ap).toBeGreaterThanOrEqual(ap);
      expect(found.ap50).toBeGreaterThanOrEqual(ap50);
    },
  );
});

async function resultsOf(model: string, iouThreshold: number, truth: CocoTruth): Promise<CocoResult[]> {
  const description = await inspectModel(assetPath(`models/${model}.onnx`) ?? "");
  const detector = await openModel(description, new SharedArrayBuffer(0), { providers: ["cpu"] });
  const classIds = description.classes.map((name) => truth.categories.find((known) => known.name === name)?.id);
  const parameters = {
    confidence: 0.01,
    iouThreshold,
    maxDetections: 100,
    maxCandidates: 3000,
    classAgnostic: false,
    classFilter: null,
  };
  const results: CocoResult[] = [];
  for (const { id, file_name: name } of truth.images) {
    const item = await pictureItem(assetPath(`coco/images/${name}`) ?? "", parameters);
    const [rows = new Float32Array()] = (await boxesOf(detector, [item])).rows;
    for (let at = 0; at < rows.length; at += 6) {
      const [x1 = 0, y1 = 0, x2 = 0, y2 = 0, score = 0, classId = 0] = rows.subarray(at, at + 6);
      const category = classIds[classId];
      if (category === undefined) throw new Error(`${model}: class ${classId} is none of COCO's`);
      results.push({ image_id: id, category_id: category, bbox: [x1, y1, x2 - x1, y2 - y1], score });
    }
  }
  await detector.close();
  return results;
}
