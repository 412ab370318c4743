import { StepError } from "../../../base/errors.ts";
import type { Point } from "../../../kinds/anchor.ts";
import type { Detection } from "../../../kinds/detections.ts";

/** The points of each detection in the places of their class ids, as many for all of them; absent ones are 0, 0. Throws STEP_INPUT. */
export function skeletonsOf(items: readonly Detection[], step: string): Point[][] {
  if (items.some(({ keypoints }) => keypoints === undefined)) {
    const message = `step "${step}": a detection has no key points; connect the predictions of a key point model`;
    throw new StepError("STEP_INPUT", message, { step });
  }
  const points = items.map(({ keypoints = [] }) => keypoints);
  const places = points.flat().map(({ classId }) => classId);
  const isPlaced = places.every((place) => Number.isInteger(place) && place >= 0 && place < MOST_POINTS);
  const count = isPlaced ? Math.max(-1, ...places) + 1 : Math.max(0, ...points.map(({ length }) => length));
  return points.map((list) => {
    const slots = new Array<Point>(count).fill([0, 0]);
    for (const [i, { classId, x, y }] of list.entries()) slots[isPlaced ? classId : i] = [x, y];
    return slots;
  });
}

const MOST_POINTS = 4096;

/** Places of points to join; throws STEP_INPUT for edges that name others than there are. */
export function edgesOf(edges: readonly unknown[] | null, count: number, step: string): [number, number][] {
  const pairs = edges !== null && edges.length > 0 ? edges : (SKELETONS[count] ?? []);
  return pairs.map((pair) => {
    const [a, b] = Array.isArray(pair) && pair.length === 2 ? pair : [0, 0];
    if (isPoint(a, count) && isPoint(b, count)) return [a - 1, b - 1];
    const message = `step "${step}": edges has ${JSON.stringify(pair)}, expected a pair of points from 1 to ${count}`;
    throw new StepError("STEP_INPUT", message, { step });
  });
}

function isPoint(value: unknown, count: number): value is number {
  return Number.isInteger(value) && (value as number) >= 1 && (value as number) <= count;
}

/** Points that bones join, counted from 1, by how many there are: the body of COCO, and that of GHUM. */
const SKELETONS: Readonly<Record<number, readonly (readonly [number, number])[]>> = {
  17: [
    [1, 2], [1, 3], [2, 3], [2, 4], [3, 5], [6, 12], [6, 7], [6, 8], [7, 13], [7, 9], [8, 10], [9, 11], [12, 13], [14, 12], [15, 13],
    [16, 14], [17, 15],
  ], // biome-ignore format: pairs
  33: [
    [1, 2], [2, 3], [3, 4], [4, 8], [1, 5], [5, 6], [6, 7], [7, 9], [10, 11], [12, 13], [12, 14], [14, 16], [16, 18], [16, 20], [16, 22],
    [18, 20], [13, 15], [15, 17], [17, 19], [17, 21], [17, 23], [19, 21], [12, 24], [13, 25], [24, 25], [24, 26], [25, 27], [26, 28],
    [27, 29], [28, 30], [29, 31], [30, 32], [31, 33], [28, 32], [29, 33],
  ], // biome-ignore format: pairs
};
