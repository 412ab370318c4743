import { afterAll, expect, test } from "vitest";
import { inspectModel } from "../../../src/inference/inspect.ts";
import { openModel } from "../../../src/inference/open-model.ts";
import type { FoundLines, ReadText } from "../../../src/kinds/model-task.ts";
import { constantModel } from "../../../src/kit/constant-model.ts";
import { openModelFolder } from "../../fixtures/model-folder.ts";
import { paint } from "../../fixtures/models.ts";

const folder = openModelFolder();
afterAll(() => folder[Symbol.dispose]());

type Blob = readonly [x1: number, y1: number, x2: number, y2: number, text: number, link: number];

const [ACROSS, DOWN] = [80, 48];

/** Lines in a picture of 160x96 whose map has these cells. */
async function linesOf(...blobs: Blob[]) {
  const map = Array.from({ length: DOWN }, (_, y) =>
    Array.from({ length: ACROSS }, (__, x) => {
      const inside = blobs.filter(([x1, y1, x2, y2]) => x >= x1 && x < x2 && y >= y1 && y < y2);
      return [Math.max(0, ...inside.map((blob) => blob[4])), Math.max(0, ...inside.map((blob) => blob[5]))];
    }),
  );
  const [width, height] = [ACROSS * 2, DOWN * 2];
  const file = constantModel({ input: { shape: [1, 3, height, width] }, outputs: { output: [map] } });
  const description = await inspectModel(folder.write("craft.onnx", file));
  const model = await openModel(description, new SharedArrayBuffer(0), { providers: ["cpu"] });
  const source = { type: "owned", rgb: paint(width, height, []), width, height } as const;
  const item = { task: "text_detection", source, width, height, parameters: {} } as const;
  const [reply] = (await model.run([item])).replies as FoundLines[];
  await model.close();
  const corners = [...(reply?.corners ?? [])];
  const lines = Array.from({ length: corners.length / 8 }, (_, i) => corners.slice(i * 8, i * 8 + 8).map(Math.round));
  return { lines, scores: [...(reply?.scores ?? [])].map((score) => Math.round(score * 10) / 10) };
}

test("characters and the links between them are a word, with room around", async () => {
  const { lines, scores } = await linesOf(
    [10, 10, 16, 16, 0.9, 0],
    [16, 12, 20, 14, 0.1, 0.8],
    [20, 10, 26, 16, 0.8, 0],
  );
  const [[x1, y1, x2, , , y2] = []] = lines;
  expect(scores).toEqual([0.9]);
  // Cells 10 to 25 and 10 to 15, each half a character larger.
  expect(x1).toBeGreaterThanOrEqual(14);
  expect(x1).toBeLessThan(20);
  expect(y1).toBeLessThan(20);
  expect(x2).toBeGreaterThan(50);
  expect(y2).toBeGreaterThan(30);
});

test("words side by side are one line, those far apart or below each other are several", async () => {
  const word = (x: number, y: number): Blob => [x, y, x + 14, y + 6, 0.9, 0];
  expect((await linesOf(word(4, 10), word(22, 10))).lines).toHaveLength(1);
  expect((await linesOf(word(4, 10), word(50, 10))).lines).toHaveLength(2);
  expect((await linesOf(word(4, 10), word(4, 24))).lines).toHaveLength(2);
});

test("what is never sure, too small, or a link alone is no text", async () => {
  const { lines } = await linesOf([4, 4, 20, 10, 0.6, 0], [30, 4, 33, 6, 0.9, 0], [40, 20, 60, 26, 0, 0.9]);
  expect(lines).toEqual([]);
});

test("a reader of grey lines sees the brightness of a picture, and is as sure as the product of its characters", async () => {
  const sure = Math.log(0.9 / 0.1) - Math.log(1);
  const steps = [[0, sure], [sure, 0], [0, sure]].map(([blank = 0, a = 0]) => [blank, a]); // biome-ignore format: steps
  const file = constantModel({ input: { shape: [1, 1, 64, 256] }, outputs: { out: [steps] } });
  const statement = { family: "text-recognition", classes: ["a"] };
  const description = await inspectModel(folder.write("grey.onnx", file), statement);
  expect(description.input).toMatchObject({ layout: "grey", width: 256, height: 64 });
  const model = await openModel(description, new SharedArrayBuffer(0), { providers: ["cpu"] });
  const source = { type: "owned", rgb: paint(100, 20, []), width: 100, height: 20 } as const;
  const [reply] = (await model.run([{ task: "ocr", source, width: 100, height: 20, parameters: {} }]))
    .replies as ReadText[];
  await model.close();
  expect(reply?.text).toBe("aa");
  expect(reply?.confidence).toBeCloseTo((0.9 * 0.9) ** (2 / Math.sqrt(2)), 3);
});
