import { afterAll, expect, test } from "vitest";
import { inspectModel } from "../../../src/inference/inspect.ts";
import { openModel } from "../../../src/inference/open-model.ts";
import type { ModelItem } from "../../../src/inference/request.ts";
import { pixelsOf, wholeRuns } from "../../../src/kinds/mask.ts";
import type { FoundMasks } from "../../../src/kinds/model-task.ts";
import { constantModel } from "../../../src/kit/constant-model.ts";
import { openModelFolder } from "../../fixtures/model-folder.ts";
import { paint } from "../../fixtures/models.ts";

const folder = openModelFolder();
afterAll(() => folder[Symbol.dispose]());

/** One object over the whole input of 64x64, whose map of 16x16 rises from the upper left to the lower right corner. */
const SLOPE = constantModel({
  metadata: { author: "Ultralytics", task: "segment", stride: "32", names: "{0: 'a'}" },
  outputs: {
    output0: [turned([[32, 32, 64, 64, 0.9, 1], ...Array.from({ length: 83 }, () => [0, 0, 0, 0, 0, 0])])],
    output1: [[Array.from({ length: 16 }, (_, y) => Array.from({ length: 16 }, (__, x) => x + 0.7 * y - 12.2))]],
  },
});

function turned(rows: readonly number[][]): number[][] {
  return (rows[0] ?? []).map((_, column) => rows.map((row) => row[column] ?? 0));
}

/** Masks of the object, in rows of the picture. */
async function masks(width: number, height: number, details: readonly (number | null)[]): Promise<string[][]> {
  const description = await inspectModel(folder.write("slope.onnx", SLOPE));
  const model = await openModel(description, new SharedArrayBuffer(0), { providers: ["cpu"] });
  const source = { type: "owned", rgb: paint(width, height, []), width, height } as const;
  const items = details.map((maskDetail): ModelItem => {
    const parameters = {
      confidence: 0.5,
      iouThreshold: 0.5,
      maxDetections: 300,
      maxCandidates: 3000,
      classAgnostic: false,
      classFilter: null,
      maskDetail,
    };
    return { task: "segment", source, width, height, parameters };
  });
  const { replies } = await model.run(items);
  await model.close();
  return (replies as FoundMasks[]).map(({ masks: [mask] }) => {
    const whole = { x: 0, y: 0, width, height };
    const pixels = pixelsOf({ ...whole, runs: wholeRuns(mask!, width, height) });
    return Array.from({ length: height }, (_, y) => pixels.subarray(y * width, (y + 1) * width).join(""));
  });
}

/** Whether every square of `size` pixels is of one value. */
function isCoarse(rows: readonly string[], size: number): boolean {
  return rows.every((row, y) => [...row].every((bit, x) => bit === rows[y - (y % size)]?.[x - (x % size)]));
}

test("a fast mask is decided by the cells of the map, an accurate one by the pixels of the picture", async () => {
  const [accurate = [], fast = []] = await masks(64, 64, [null, 0]);
  expect(isCoarse(accurate, 2)).toBe(false);
  expect(isCoarse(fast, 4)).toBe(true);
  // The cell 10, 4 scores 10 + 2.8 - 12.2, the one before it less than 0.
  expect(fast[4 * 4]?.slice(0, 44)).toBe(`${"0".repeat(40)}1111`);
});

test("a mask between them is decided by cells of a size between", async () => {
  const [accurate, half = [], input] = await masks(64, 64, [null, 1 / 3, 1]);
  // 16 + 1/3 * 48 cells along each side.
  expect(isCoarse(half, 2)).toBe(true);
  expect(isCoarse(half, 4)).toBe(false);
  expect(input).toEqual(accurate);
});

test("cells are those of the input, whatever the size and the place of the picture in it", async () => {
  const [twice = []] = await masks(128, 128, [1]);
  expect(isCoarse(twice, 2)).toBe(true);
  // Letterboxed from row 16 on, so its first row lies in the fourth row of cells.
  const [wide = []] = await masks(64, 32, [0]);
  expect(wide[0]).toBe("0".repeat(40) + "1".repeat(24));
});
