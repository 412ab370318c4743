import type { Candidates } from "../families/family.ts";
import { addBox } from "./boxes.ts";

/** A point counts for the box when its score is at least this. */
const SEEN = 0.2;

/** Adds the one person that points of a whole picture are of: around the points that are seen, with their mean score. */
export function addPerson(points: Float32Array, confidence: number, into: Candidates): void {
  const box: [number, number, number, number] = [Infinity, Infinity, -Infinity, -Infinity];
  let sum = 0;
  for (let i = 0; i < points.length; i += 3) {
    const [x = 0, y = 0, score = 0] = points.subarray(i, i + 3);
    sum += score;
    if (score < SEEN) continue;
    [box[0], box[1]] = [Math.min(box[0], x), Math.min(box[1], y)];
    [box[2], box[3]] = [Math.max(box[2], x), Math.max(box[3], y)];
  }
  const score = sum / (points.length / 3);
  if (score >= confidence && box[0] < box[2]) addBox(into, box, { score, classId: 0 });
}
