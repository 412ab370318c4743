import { dirname } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { FAMILIES } from "../../../src/inference/families/family-list.ts";
import { inspectModel } from "../../../src/inference/inspect.ts";
import { openModel } from "../../../src/inference/open-model.ts";
import { decodeModel } from "../../../src/kit/decode-model.ts";
import { openModelFolder } from "../../fixtures/model-folder.ts";
import { LAYOUTS, type LayoutCase } from "./layouts.ts";

const folder = openModelFolder();
afterAll(() => folder[Symbol.dispose]());

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
    const picture = { rgb: new Uint8Array(64 * 64 * 3), width: 64, height: 64 };
    const settings = { statement, picture, parameters: { confidence: 0.5 } };
    const { boxes } = await decodeModel(written(layout), settings);
    const found = boxes.map(({ box, confidence, classId }) => [...box, confidence, classId]);
    expect(found.map((row) => row.map((value) => Math.round(value * 100) / 100 + 0))).toEqual(rows);
  });
});
