import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { endToEnd } from "../../../src/inference/families/boxes/end-to-end.ts";
import { yolov8 } from "../../../src/inference/families/boxes/yolov8.ts";
import { yolox } from "../../../src/inference/families/boxes/yolox.ts";
import { type BoxReader, createCandidates } from "../../../src/inference/families/family.ts";
import { FAMILIES, familyOf } from "../../../src/inference/families/family-list.ts";

const WIDTH = 64;
const HEIGHT = 32;
const CLASSES = 3;
/** One entry for each cell in the order of the outputs. */
const CELLS = [8, 16, 32].flatMap((stride) => {
  const across = WIDTH / stride;
  return Array.from({ length: across * (HEIGHT / stride) }, (_, i) => ({
    stride,
    x: i % across,
    y: Math.floor(i / across),
  }));
});

test("every family is found by its name", () => {
  for (const family of FAMILIES) expect(familyOf(family.name)).toBe(family);
});

test("yolov8 decodes a transposed output as the usual one", () => {
  const columns = 4 + CLASSES;
  const picture = CELLS.map((_, cell) => Array.from({ length: columns }, (_, i) => ((cell * 7 + i * 3) % 20) / 20));
  const straight = { data: Float32Array.from(columnsOfYolov8(picture)), dims: [1, columns, CELLS.length] };
  const turned = { data: Float32Array.from(picture.flat()), dims: [1, CELLS.length, columns] };
  const expected = sorted(decode(yolov8, { output: straight, index: 0, confidence: 0.5 }));
  expect(expected.length).toBeGreaterThan(0);
  expect(sorted(decode(yolov8, { output: turned, index: 0, confidence: 0.5 }))).toEqual(expected);
});

test("end-to-end gives its rows as they are, for each picture of a batch", () => {
  const rows = [
    [1, 2, 3, 4, 0.9, 2],
    [5, 6, 7, 8, 0.2, 0],
    [0, 0, 1, 1, Number.NaN, 0],
    [9, 8, 10, 11, 0.5, 1],
  ];
  const output = { data: Float32Array.from(rows.flat()), dims: [2, 2, 6] };
  const found = [0, 1].map((index) => decode(endToEnd, { output, index, confidence: 0.5 }));
  expect(found.map((boxes) => boxes.length)).toEqual([1, 1]);
});

describe.each([
  { name: "yolox" as const, family: yolox, layOut: rowsOfYolox, expected: expectedOfYolox, columns: 5 + CLASSES },
  {
    name: "yolov8" as const,
    family: yolov8,
    layOut: columnsOfYolov8,
    expected: expectedOfYolov8,
    columns: 4 + CLASSES,
  },
])("$name", ({ name, family, layOut, expected, columns }) => {
  const unit = fc.integer({ min: 0, max: 20 }).map((value) => value / 20);
  const cells = fc.array(fc.array(unit, { minLength: columns, maxLength: columns }), {
    minLength: CELLS.length,
    maxLength: CELLS.length,
  });

  test("decodes what the obvious loop over all cells decodes, for each picture of a batch", () => {
    fc.assert(
      fc.property(cells, cells, unit, (first, second, confidence) => {
        const data = Float32Array.from([...layOut(first), ...layOut(second)]);
        const [rows, last] = name === "yolox" ? [CELLS.length, columns] : [columns, CELLS.length];
        const output = { data, dims: [2, rows, last] };
        for (const [index, picture] of [first, second].entries()) {
          const found = decode(family, { output, index, confidence: confidence || 0.05 });
          const wanted = expected(picture, confidence || 0.05);
          expect(sorted(found)).toEqual(sorted(wanted));
        }
      }),
      { numRuns: 50 },
    );
  });

  test("passes over cells that are not numbers", () => {
    const picture = CELLS.map(() => new Array<number>(columns).fill(Number.NaN));
    const dims = name === "yolox" ? [1, CELLS.length, columns] : [1, columns, CELLS.length];
    const output = { data: Float32Array.from(layOut(picture)), dims };
    expect(decode(family, { output, index: 0, confidence: 0.1 })).toEqual([]);
  });
});

function decode(
  family: BoxReader,
  { output, index, confidence }: { output: { data: Float32Array; dims: number[] }; index: number; confidence: number },
): number[][] {
  const candidates = createCandidates();
  family.decode({ outputs: [output], index, width: WIDTH, height: HEIGHT, confidence, layout: {} }, candidates);
  return Array.from({ length: candidates.count }, (_, i) => [...candidates.rows.subarray(i * 6, i * 6 + 6)]);
}

function rowsOfYolox(cells: number[][]): number[] {
  return cells.flat();
}

function columnsOfYolov8(cells: number[][]): number[] {
  return (cells[0] ?? []).flatMap((_, column) => cells.map((cell) => cell[column]!));
}

function expectedOfYolox(cells: number[][], confidence: number): number[][] {
  return cells.flatMap(([dx = 0, dy = 0, w = 0, h = 0, objectness = 0, ...scores], i) => {
    const { stride, x, y } = CELLS[i]!;
    const best = scores.indexOf(Math.max(...scores));
    const score = Math.fround(objectness) * Math.fround(scores[best]!);
    const center = [(Math.fround(dx) + x) * stride, (Math.fround(dy) + y) * stride];
    const half = [Math.exp(Math.fround(w)), Math.exp(Math.fround(h))].map((side) => (side * stride) / 2);
    return score >= confidence ? [boxRow(center, half, [score, best])] : [];
  });
}

function expectedOfYolov8(cells: number[][], confidence: number): number[][] {
  return cells.flatMap(([x = 0, y = 0, w = 0, h = 0, ...scores]) => {
    const best = scores.indexOf(Math.max(...scores));
    const center = [x, y].map(Math.fround);
    const half = [w, h].map((side) => Math.fround(side) / 2);
    return Math.fround(scores[best]!) >= confidence ? [boxRow(center, half, [scores[best]!, best])] : [];
  });
}

function boxRow([x = 0, y = 0]: number[], [w = 0, h = 0]: number[], rest: number[]): number[] {
  return [x - w, y - h, x + w, y + h, ...rest].map(Math.fround);
}

function sorted(rows: number[][]): string[] {
  return rows.map((row) => row.join(" ")).sort();
}
