import { dirname } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { FAMILIES } from "../../../src/inference/families/family-list.ts";
import { inspectModel } from "../../../src/inference/inspect.ts";
import { openModel } from "../../../src/inference/open-model.ts";
import type { ModelItem } from "../../../src/inference/request.ts";
import type { FoundObjects } from "../../../src/kinds/model-task.ts";
import { openModelFolder } from "../../fixtures/model-folder.ts";
import { paint } from "../../fixtures/models.ts";
import { LAYOUTS, type LayoutCase } from "./layouts.ts";

const folder = openModelFolder();
afterAll(() => folder[Symbol.dispose]());

const parameters = {
  confidence: 0.5,
  iouThreshold: 0.5,
  maxDetections: 300,
  maxCandidates: 3000,
  classAgnostic: false,
  classFilter: null,
};

/** The file, or the folder of two. */
function written({ file, decoder }: LayoutCase): string {
  if (decoder === undefined) return folder.write("layout.onnx", file);
  folder.write("pair/encoder.onnx", file);
  return dirname(folder.write("pair/decoder.onnx", decoder));
}

test("there is a file for every family", () => {
  const missing = FAMILIES.map(({ name }) => name).filter((name) => !LAYOUTS.some(({ family }) => family === name));
  expect(missing).toEqual([]);
});

describe.each(LAYOUTS.map((layout) => [layout.family, layout.name, layout] as const))("%s: %s", (family, _, layout) => {
  const { statement, rows } = layout;

  test("goes to its family alone", async () => {
    const description = await inspectModel(written(layout), statement);
    expect({ family: description.family, reasons: description.reasons }).toMatchObject({ family });
  });

  test("opens as what it was judged to be", async () => {
    const description = await inspectModel(written(layout), statement);
    if (description.input === null) return;
    const model = await openModel(description, new SharedArrayBuffer(0), { providers: ["cpu"] });
    await model.close();
  });

  test.skipIf(rows === undefined)("is decoded to its boxes", async () => {
    const description = await inspectModel(written(layout), statement);
    const model = await openModel(description, new SharedArrayBuffer(0), { providers: ["cpu"] });
    const source = { type: "owned", rgb: paint(64, 64, []), width: 64, height: 64 } as const;
    const item: ModelItem = { task: "detect", source, width: 64, height: 64, parameters };
    const [reply] = (await model.run([item])).replies as FoundObjects[];
    await model.close();
    const found = [...(reply?.rows ?? [])].map((value) => Math.round(value * 100) / 100 + 0);
    expect(Array.from({ length: found.length / 6 }, (_, i) => found.slice(i * 6, i * 6 + 6))).toEqual(rows);
  });
});
