import { afterAll, describe, expect, test } from "vitest";
import { messageOf } from "../../../src/base/errors.ts";
import { inspectModel, type ModelStatement } from "../../../src/inference/inspect.ts";
import { openModel } from "../../../src/inference/open-model.ts";
import type { FoundObjects } from "../../../src/kinds/model-task.ts";
import { constantModel } from "../../../src/kit/constant-model.ts";
import { openModelFolder } from "../../fixtures/model-folder.ts";
import { paint } from "../../fixtures/models.ts";
import { owlDetector } from "../../fixtures/towers.ts";

const folder = openModelFolder();
afterAll(() => folder[Symbol.dispose]());

/** Boxes of a picture twice as wide as high: x min, y min, x max, y max, score, class. */
async function find(file: Buffer, names: readonly string[], statement: ModelStatement = {}): Promise<number[][]> {
  const description = await inspectModel(folder.write("named.onnx", file), statement);
  const model = await openModel(description, new SharedArrayBuffer(0), { providers: ["cpu"] });
  const source = { type: "owned", rgb: paint(128, 64, []), width: 128, height: 64 } as const;
  const common = { confidence: 0.1, iouThreshold: 0.5, maxDetections: 300, maxCandidates: 3000 };
  const parameters = { ...common, classAgnostic: false, classFilter: null, names };
  const item = { task: "detect_named", source, width: 128, height: 64, parameters } as const;
  const { replies } = await model.run([item]).finally(() => model.close());
  const { rows } = replies[0] as FoundObjects;
  return Array.from({ length: rows.length / 6 }, (_, i) =>
    [...rows.subarray(i * 6, i * 6 + 6)].map((value) => Math.round(value * 100) / 100),
  );
}

describe("a detector of what texts name", () => {
  test("finds boxes in the picture above its border, each of the text that fits it best", async () => {
    expect(await find(owlDetector({ texts: 2 }), ["a car", "a dog"])).toEqual([
      [16, 16, 48, 48, 0.88, 0],
      [80, 16, 112, 48, 0.73, 1],
    ]);
  });

  test("leaves out what fits a text that only fills the file", async () => {
    expect(await find(owlDetector({ texts: 2 }), ["a car"])).toEqual([[16, 16, 48, 48, 0.88, 0]]);
  });

  test("refuses more names than the file takes, with both numbers", async () => {
    const refused = await find(owlDetector({ texts: 2 }), ["a", "b", "c"]).catch(messageOf);
    expect(refused).toMatch(/3 names are asked for, its file was exported for 2/);
  });

  test("of single tokens is refused with what is supported", async () => {
    const file = owlDetector({ more: ["token_type_ids"] });
    const { family, considered } = await inspectModel(folder.write("dino.onnx", file));
    expect(family).toBeNull();
    expect(considered.join()).toContain("Grounding DINO, which is not decoded; OWLv2 and OWL-ViT are");
  });
});

test("a detector of its own classes finds those that are named", async () => {
  const rows = [
    [8, 8, 24, 24, 0.9, 0],
    [32, 8, 48, 24, 0.8, 2],
  ];
  const metadata = { author: "Ultralytics", task: "detect", end2end: "True", names: "{0: 'a', 1: 'b', 2: 'c'}" };
  const file = constantModel({ metadata, outputs: { output0: [rows] } });
  expect((await find(file, ["c"])).map((row) => row[5])).toEqual([2]);
});
