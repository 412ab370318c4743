import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Candidates } from "../../src/inference/families/family.ts";
import { best, type SuppressionSettings, suppress } from "../../src/inference/nms.ts";

const settings: SuppressionSettings = {
  iouThreshold: 0.5,
  classAgnostic: false,
  maxCandidates: 3000,
  maxDetections: 300,
  wanted: null,
};

describe("suppression", () => {
  test("keeps the best of boxes that overlap, and boxes of other classes", () => {
    const candidates = candidatesOf([
      [0, 0, 10, 10, 0.8, 0],
      [1, 0, 11, 10, 0.9, 0],
      [0, 0, 10, 10, 0.7, 1],
      [50, 50, 60, 60, 0.6, 0],
    ]);
    expect([...suppress(candidates, settings)]).toEqual([1, 2, 3]);
    expect([...suppress(candidates, { ...settings, classAgnostic: true })]).toEqual([1, 3]);
  });

  test("lets classes that are not asked for suppress, but does not return them", () => {
    const candidates = candidatesOf([
      [0, 0, 10, 10, 0.9, 0],
      [0, 0, 10, 10, 0.8, 1],
      [30, 0, 40, 10, 0.7, 1],
    ]);
    const wanted = Uint8Array.of(0, 1);
    expect([...suppress(candidates, { ...settings, wanted })]).toEqual([1, 2]);
    expect([...suppress(candidates, { ...settings, wanted, classAgnostic: true })]).toEqual([2]);
    expect([...best(candidates, { ...settings, wanted, maxDetections: 1 })]).toEqual([1]);
  });

  test("keeps both of two boxes whose overlap is exactly the threshold", () => {
    const candidates = candidatesOf([
      [0, 0, 10, 10, 0.9, 0],
      [0, 0, 10, 5, 0.8, 0],
    ]);
    expect([...suppress(candidates, settings)]).toEqual([0, 1]);
  });

  test("agrees with the obvious algorithm on any boxes", () => {
    const side = fc.integer({ min: 0, max: 12 });
    const box = fc.tuple(side, side, side, side, fc.integer({ min: 1, max: 9 }), fc.integer({ min: 0, max: 2 }));
    const rows = fc.array(
      box.map(([x, y, w, h, score, classId]): number[] => [x, y, x + w, y + h, score / 10, classId]),
      { maxLength: 40 },
    );
    const anySettings = fc.record({
      iouThreshold: fc.constantFrom(0, 0.25, 0.5, 0.75, 1),
      classAgnostic: fc.boolean(),
      maxCandidates: fc.integer({ min: 0, max: 50 }),
      maxDetections: fc.integer({ min: 0, max: 50 }),
      wanted: fc.constantFrom(null, Uint8Array.of(1, 0, 1)),
    });
    fc.assert(
      fc.property(rows, anySettings, (boxes, chosen) => {
        expect([...suppress(candidatesOf(boxes), chosen)]).toEqual(oracle(boxes, chosen));
      }),
      { numRuns: 500 },
    );
  });
});

/** Over and over: take the best box left, then strike out all that it covers. */
function oracle(boxes: readonly number[][], chosen: SuppressionSettings): number[] {
  const byScore = boxes.map((_, i) => i).sort((a, b) => score(boxes[b]!) - score(boxes[a]!) || a - b);
  let left = byScore.slice(0, chosen.maxCandidates);
  const kept: number[] = [];
  while (left.length > 0) {
    const [first = 0, ...others] = left;
    kept.push(first);
    left = others.filter((other) => !covers(boxes[first]!, boxes[other]!, chosen));
  }
  return kept.filter((i) => chosen.wanted?.[boxes[i]![5]!] !== 0).slice(0, chosen.maxDetections);
}

function covers(a: number[], b: number[], { iouThreshold, classAgnostic }: SuppressionSettings): boolean {
  if (!classAgnostic && a[5] !== b[5]) return false;
  const shared = [0, 1].map((axis) => Math.min(a[axis + 2]!, b[axis + 2]!) - Math.max(a[axis]!, b[axis]!));
  if (shared.some((length) => length <= 0)) return false;
  const intersection = shared[0]! * shared[1]!;
  return intersection / (area(a) + area(b) - intersection) > iouThreshold;
}

const score = (box: number[]) => box[4]!;
const area = (box: number[]) => (box[2]! - box[0]!) * (box[3]! - box[1]!);

function candidatesOf(boxes: readonly number[][]): Candidates {
  return { rows: Float32Array.from(boxes.flat()), origins: new Uint32Array(boxes.length), count: boxes.length };
}
