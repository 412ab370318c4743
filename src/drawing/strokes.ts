import type { Region } from "../kinds/image.ts";
import { type Canvas, type Color, fillRect } from "./canvas.ts";

// Lines as the reference draws them: whole pixels without smoothing, ends and corners round.

/** A box whose right and lower edges belong to it. */
export type Corners = readonly [x1: number, y1: number, x2: number, y2: number];

/** Fills a disc; the half width of each row follows the midpoint rule, so that small discs have no tips. */
export function fillDisc(canvas: Canvas, [x, y]: readonly [number, number], radius: number, color: Color): void {
  const rows = discRows(radius);
  for (let row = 0; row < rows.length; row++) {
    const half = rows[row]!;
    fillSpan(canvas, [x - half, y - row, x + half, y - row], color);
    if (row > 0) fillSpan(canvas, [x - half, y + row, x + half, y + row], color);
  }
}

/** Half widths of the rows of a disc, from its centre outwards. */
export function discRows(radius: number): Uint32Array {
  const kept = keptRows[radius];
  if (kept !== undefined) return kept;
  const rows = newDiscRows(Math.min(Math.max(0, radius), LARGEST_RADIUS));
  if (radius >= 0 && radius < MOST_KEPT) keptRows[radius] = rows;
  return rows;
}

/** Ends of lines and dots are small discs, and many. */
const MOST_KEPT = 128;
const keptRows: Uint32Array[] = [];
/** Larger than any picture, whatever size data may ask for. */
const LARGEST_RADIUS = 1 << 16;

function newDiscRows(radius: number): Uint32Array {
  const rows = new Uint32Array(radius + 1);
  let across = radius;
  for (let along = 0, excess = 0; along <= across; along++) {
    rows[along] = Math.max(rows[along]!, across);
    rows[across] = Math.max(rows[across]!, along);
    excess += 2 * along + 1;
    if (excess > 0) excess -= 2 * across-- - 1;
  }
  return rows;
}

/** The outline of a box, its line half outside. */
export function strokeBox(
  canvas: Canvas,
  box: Corners,
  { thickness, color }: { thickness: number; color: Color },
): void {
  const [x1, y1, x2, y2] = box;
  const stroke = { reach: reachOf(thickness), color };
  strokeStraight(canvas, [x1, y1, x2, y1], stroke);
  strokeStraight(canvas, [x1, y2, x2, y2], stroke);
  strokeStraight(canvas, [x1, y1, x1, y2], stroke);
  strokeStraight(canvas, [x2, y1, x2, y2], stroke);
}

/** The same with quarters of circles for corners. */
export function strokeRoundBox(
  canvas: Canvas,
  [x1, y1, x2, y2]: Corners,
  { radius, thickness, color }: { radius: number; thickness: number; color: Color },
): void {
  const stroke = { reach: reachOf(thickness), color };
  const [left, top, right, bottom] = [x1 + radius, y1 + radius, x2 - radius, y2 - radius];
  strokeQuarter(canvas, [left, top], { radius, side: [-1, -1], ...stroke });
  strokeStraight(canvas, [left, y1, right, y1], stroke);
  strokeQuarter(canvas, [right, top], { radius, side: [1, -1], ...stroke });
  strokeStraight(canvas, [x2, top, x2, bottom], stroke);
  strokeQuarter(canvas, [right, bottom], { radius, side: [1, 1], ...stroke });
  strokeStraight(canvas, [left, y2, right, y2], stroke);
  strokeQuarter(canvas, [left, bottom], { radius, side: [-1, 1], ...stroke });
  strokeStraight(canvas, [x1, top, x1, bottom], stroke);
}

/** Fills a box whose corners are discs. */
export function fillRoundBox(canvas: Canvas, [x1, y1, x2, y2]: Corners, radius: number, color: Color): void {
  const r = Math.min(radius, Math.floor(Math.min(x2 - x1, y2 - y1) / 2));
  if (r <= 0) {
    fillSpan(canvas, [x1, y1, x2, y2], color);
    return;
  }
  fillSpan(canvas, [x1 + r, y1, x2 - r, y2], color);
  fillSpan(canvas, [x1, y1 + r, x2, y2 - r], color);
  for (const x of [x1 + r, x2 - r]) for (const y of [y1 + r, y2 - r]) fillDisc(canvas, [x, y], r, color);
}

export interface Stroke {
  /** Pixels on each side of the line. */
  reach: number;
  color: Color;
}

export function reachOf(thickness: number): number {
  return thickness < 2 ? 0 : Math.floor((thickness + 1) / 2);
}

/** A level or upright line; its ends are in any order. */
export function strokeStraight(canvas: Canvas, [xa, ya, xb, yb]: Corners, { reach, color }: Stroke): void {
  const [x1, x2] = [Math.min(xa, xb), Math.max(xa, xb)];
  const [y1, y2] = [Math.min(ya, yb), Math.max(ya, yb)];
  const isLevel = y1 === y2;
  fillSpan(canvas, isLevel ? [x1, y1 - reach, x2, y2 + reach] : [x1 - reach, y1, x2 + reach, y2], color);
  if (reach === 0) return;
  fillDisc(canvas, [x1, y1], reach, color);
  fillDisc(canvas, [x2, y2], reach, color);
}

interface Quarter extends Stroke {
  radius: number;
  /** Direction from the centre. */
  side: readonly [-1 | 1, -1 | 1];
}

/** The pixels between two circles, row by row; both lie half a pixel beyond whole ones, so that squares tell without rounding. */
function strokeQuarter(canvas: Canvas, [cx, cy]: readonly [number, number], quarter: Quarter): void {
  const { reach, side, color } = quarter;
  const [outer, inner] = [quarter.radius + reach, quarter.radius - reach - 1];
  const [first, last] = rowsWithin(canvas, cy, side[1]);
  for (let row = Math.max(0, first); row <= Math.min(outer, last); row++) {
    const from = inner < 0 ? 0 : Math.ceil(Math.sqrt(Math.max(0, inner * (inner + 1) + 1 - row * row)));
    const to = Math.floor(Math.sqrt(outer * (outer + 1) - row * row));
    const [a, b, y] = [cx + side[0] * from, cx + side[0] * to, cy + side[1] * row];
    if (from <= to) fillSpan(canvas, [Math.min(a, b), y, Math.max(a, b), y], color);
  }
}

/** Rows from a centre, in a direction, that lie in the picture. */
function rowsWithin({ height }: Canvas, cy: number, direction: -1 | 1): readonly [number, number] {
  return direction === 1 ? [-cy, height - 1 - cy] : [cy - height + 1, cy];
}

export function fillSpan(canvas: Canvas, [x1, y1, x2, y2]: Corners, color: Color): void {
  const rect: Region = { x: x1, y: y1, width: x2 - x1 + 1, height: y2 - y1 + 1 };
  fillRect(canvas, rect, color);
}
