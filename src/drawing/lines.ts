import { forEachPixelOfLine } from "../kinds/line-pixels.ts";
import { type Canvas, fillPixel } from "./canvas.ts";
import { fillDisc, fillSpan, reachOf, type Stroke, strokeStraight } from "./strokes.ts";

// Lines in any direction, of whole pixels and with round ends.

type Point = readonly [x: number, y: number];
type Ends = readonly [Point, Point];

interface Pen {
  thickness: number;
  color: Stroke["color"];
  /** Whether a thin line goes across or down from pixel to pixel and never aslant. */
  isStepped?: boolean;
}

/** A closed line through points. */
export function strokePolygon(canvas: Canvas, points: readonly Point[], pen: Pen): void {
  for (const [i, point] of points.entries()) strokeLine(canvas, [point, points[(i + 1) % points.length]!], pen);
}

/** An open line through points. */
export function strokePath(canvas: Canvas, points: readonly Point[], pen: Pen): void {
  for (const [i, point] of points.entries()) if (i > 0) strokeLine(canvas, [points[i - 1]!, point], pen);
}

/** A line whose ends may lie between pixels. */
export function strokeLine(canvas: Canvas, ends: Ends, { thickness, color, isStepped = false }: Pen): void {
  const stroke = { reach: reachOf(thickness), color };
  const [a, b] = [whole(ends[0]), whole(ends[1])];
  const isWhole = stroke.reach === 0 || ends.every((end) => end.every(Number.isInteger));
  if (isWhole && (a[0] === b[0] || a[1] === b[1])) strokeStraight(canvas, [...a, ...b], stroke);
  else if (stroke.reach > 0) strokeThick(canvas, ends, stroke);
  else if (isStepped) forEachStep([a, b], canvas, (x, y) => fillPixel(canvas, x, y, color));
  else forEachPixelOfLine([a, b], canvas, (x, y) => fillPixel(canvas, x, y, color));
}

function whole([x, y]: Point): Point {
  return [Math.round(x), Math.round(y)];
}

/** Pixels next to a line of which each shares a side with the one before; those in the picture alone are looked at. */
function forEachStep([a, b]: Ends, { width, height }: Canvas, callback: (x: number, y: number) => void): void {
  const [start, end] = a[0] <= b[0] ? [a, b] : [b, a];
  const [across, down, way] = [end[0] - start[0], Math.abs(end[1] - start[1]), Math.sign(end[1] - start[1])];
  const isFlat = across >= down;
  const [long, short] = isFlat ? [across, down] : [down, across];
  const steps = across + down;
  const far = way > 0 ? -start[1] : start[1] - height + 1;
  const first = Math.max(0, firstStep(-start[0], across, steps), firstStep(far, down, steps));
  // So many of the steps before went the longer way.
  const gone = steps === 0 ? 0 : Math.floor((long * first + short) / steps);
  let excess = 2 * long * (first - gone) - 2 * short * gone;
  let [x, y] = isFlat
    ? [start[0] + gone, start[1] + way * (first - gone)]
    : [start[0] + first - gone, start[1] + way * gone];
  for (let step = first; step <= steps && x < width && (way > 0 ? y < height : y >= 0); step++) {
    if (x >= 0 && y >= 0 && y < height) callback(x, y);
    const isAlong = excess >= 0;
    excess += isAlong ? -2 * short : 2 * long;
    if (isAlong === isFlat) x++;
    else y += way;
  }
}

/** A step before the one at which so many pixels of one direction are gone; those of each direction are spread evenly. */
function firstStep(pixels: number, inAll: number, steps: number): number {
  if (pixels <= 0) return 0;
  return inAll === 0 ? steps + 1 : Math.max(0, Math.floor(((pixels - 1) * steps) / inAll));
}

function strokeThick(canvas: Canvas, [a, b]: Ends, { reach, color }: Stroke): void {
  if (a[0] === b[0] && a[1] === b[1]) {
    fillDisc(canvas, whole(a), reach, color);
    return;
  }
  const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
  const scale = reach / Math.hypot(dx, dy);
  const [nx, ny] = [-dy * scale, dx * scale];
  const sides = [a, b].flatMap(([x, y]): Point[] => [[x + nx, y + ny], [x - nx, y - ny]]); // biome-ignore format: two sides
  fillConvex(canvas, [sides[0]!, sides[1]!, sides[3]!, sides[2]!], color);
  for (const end of [a, b]) fillDisc(canvas, whole(end), reach, color);
}

/** Fills what has no dents, its edges included; corners lie on whole rows, and what each row cuts off is rounded to pixels. */
function fillConvex(canvas: Canvas, corners: readonly Point[], color: Stroke["color"]): void {
  const onRows = corners.map(([x, y]): Point => [x, Math.round(y)]);
  const rows = onRows.map(([, y]) => y);
  const bottom = Math.min(canvas.height - 1, Math.max(...rows));
  for (let y = Math.max(0, Math.min(...rows)); y <= bottom; y++) {
    const cut = cutOf(onRows, y);
    fillSpan(canvas, [Math.round(cut.left), y, Math.round(cut.right), y], color);
  }
  for (const [i, corner] of corners.entries()) strokeEdge(canvas, [corner, corners[(i + 1) % corners.length]!], color);
}

/** Pixels nearest to points one step of the longer direction apart, counted from a corner that is no whole pixel. */
function strokeEdge(canvas: Canvas, [a, b]: Ends, color: Stroke["color"]): void {
  const longer = Math.abs(b[0] - a[0]) > Math.abs(b[1] - a[1]) ? 0 : 1;
  const [[xa, ya], [xb, yb]] = a[longer] <= b[longer] ? [a, b] : [b, a];
  const length = longer === 0 ? xb - xa : yb - ya;
  const [start, size] = longer === 0 ? [xa, canvas.width] : [ya, canvas.height];
  const last = Math.min(length, size - start);
  for (let step = Math.max(0, Math.floor(-start)); step <= last; step++) {
    const share = length === 0 ? 0 : step / length;
    fillPixel(canvas, Math.round(xa + share * (xb - xa)), Math.round(ya + share * (yb - ya)), color);
  }
  fillPixel(canvas, Math.round(xb), Math.round(yb), color);
}

/** Where a row enters and leaves. */
function cutOf(corners: readonly Point[], row: number): { left: number; right: number } {
  let [left, right] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  corners.forEach(([xa, ya], i) => {
    const [xb, yb] = corners[(i + 1) % corners.length]!;
    if (row < Math.min(ya, yb) || row > Math.max(ya, yb)) return;
    const x = ya === yb ? xa : xa + ((row - ya) * (xb - xa)) / (yb - ya);
    [left, right] = [Math.min(left, x), Math.max(right, x)];
  });
  return { left, right };
}
