import { grown, type RotatedRectangle, smallestRectangle } from "../../geometry/rotated-rectangle.ts";
import { contoursOf, type Point } from "../../vision/shapes/contours.ts";

/** How a map of text becomes rectangles; names and values as in Liao et al., "Real-time Scene Text Detection with Differentiable Binarization", 2020. */
export interface TextMapRule {
  /** A cell above it is text. */
  threshold: number;
  /** Lowest mean of the cells of a line. */
  least: number;
  /** How far lines are grown, as a share of area over circumference. */
  growth: number;
}

export interface TextMap {
  scores: Float32Array;
  width: number;
  height: number;
}

const MOST = 1000;
/** Shortest side of a line before and after growing. */
const SHORTEST = 3;
const SHORTEST_GROWN = 5;

/** Lines of text of a map of scores, as rectangles at an angle in cells. */
export function linesOf(map: TextMap, { threshold, least, growth }: TextMapRule) {
  const bits = Uint8Array.from(map.scores, (score) => (score > threshold ? 1 : 0));
  const contours = contoursOf({ data: bits, width: map.width, height: map.height, stride: map.width, channels: 1 });
  return contours.slice(0, MOST).flatMap(({ points }) => {
    const found = smallestRectangle(points);
    if (found === null || Math.min(found.width, found.height) < SHORTEST) return [];
    const confidence = meanWithin(map, found);
    if (confidence < least) return [];
    const line = grown(found, (found.width * found.height * growth) / (2 * (found.width + found.height)));
    if (Math.min(line.width, line.height) < SHORTEST_GROWN) return [];
    return [{ corners: uprightCorners(line.corners), confidence }];
  });
}

/** Mean of the cells whose middles lie in the rectangle. */
function meanWithin({ scores, width, height }: TextMap, { corners }: RotatedRectangle): number {
  const [xs, ys] = [corners.map(([x]) => x), corners.map(([, y]) => y)];
  const [left, right] = [Math.max(0, Math.floor(Math.min(...xs))), Math.min(width - 1, Math.ceil(Math.max(...xs)))];
  const [top, bottom] = [Math.max(0, Math.floor(Math.min(...ys))), Math.min(height - 1, Math.ceil(Math.max(...ys)))];
  let [sum, count] = [0, 0];
  for (let y = top; y <= bottom; y++) {
    for (let x = left; x <= right; x++) {
      if (!isWithin(corners, x, y)) continue;
      sum += scores[y * width + x]!;
      count++;
    }
  }
  return count === 0 ? 0 : sum / count;
}

function isWithin(corners: readonly Point[], x: number, y: number): boolean {
  return corners.every(([ax, ay], i) => {
    const [bx, by] = corners[(i + 1) % corners.length]!;
    return (bx - ax) * (y - ay) - (by - ay) * (x - ax) >= -1e-6;
  });
}

/** Corners from the upper left one on, clockwise, x and y each: the two on the left are those with the least x. */
export function uprightCorners(corners: readonly Point[]): Float32Array {
  const [a, b, c, d] = [...corners].sort(([ax], [bx]) => ax - bx) as [Point, Point, Point, Point];
  const [topLeft, bottomLeft] = a[1] <= b[1] ? [a, b] : [b, a];
  const [topRight, bottomRight] = c[1] <= d[1] ? [c, d] : [d, c];
  return Float32Array.of(...topLeft, ...topRight, ...bottomRight, ...bottomLeft);
}
