import type { Point } from "../../vision/shapes/contours.ts";
import type { Word } from "./character-map.ts";

// Words of one line as EasyOCR joins them; coordinates are pixels.

/** Greatest slope of a word that lies straight. */
const SLOPE = 0.1;
/** Words share a line when their middles differ by less than this share of its height. */
const MIDDLE = 0.5;
/** They are joined when their heights differ by less than this share, and the gap is less than this share of the height. */
const HEIGHT = 0.5;
const GAP = 0.5;
/** Room around what is read, as a share of its height. */
const ROOM = 0.1;
/** What is shorter on its longer side is no text. */
const SHORTEST = 20;

/** Words that lie straight and near each other become one box; those at an angle stay as they are. */
export function linesOfWords(words: readonly Word[]): Word[] {
  const isStraight = ({ corners: [a, b, c, d] }: Word) => Math.max(slope(a!, b!), slope(d!, c!)) < SLOPE;
  const straight = words.filter(isStraight).map(boxOf);
  const rows = inRows(straight.toSorted((a, b) => middle(a) - middle(b)));
  const joined = rows.flatMap((row) => joinedIn(row)).map(roomy);
  return [...joined, ...words.filter((word) => !isStraight(word))].filter(isLong);
}

function slope([x1, y1]: Point, [x2, y2]: Point): number {
  return Math.abs((y2 - y1) / Math.max(10, x2 - x1));
}

interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
  confidence: number;
}

function boxOf({ corners, confidence }: Word): Box {
  const [xs, ys] = [corners.map(([x]) => x), corners.map(([, y]) => y)];
  return { left: Math.min(...xs), top: Math.min(...ys), right: Math.max(...xs), bottom: Math.max(...ys), confidence };
}

const middle = ({ top, bottom }: Box) => (top + bottom) / 2;
const heightOf = ({ top, bottom }: Box) => bottom - top;
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** From the top. */
function inRows(boxes: readonly Box[]): Box[][] {
  const rows: Box[][] = [];
  for (const box of boxes) {
    const row = rows.at(-1);
    const isSame =
      row !== undefined && Math.abs(mean(row.map(middle)) - middle(box)) < MIDDLE * mean(row.map(heightOf));
    if (isSame) row.push(box);
    else rows.push([box]);
  }
  return rows;
}

/** From the left. */
function joinedIn(row: readonly Box[]): Box[] {
  const groups: Box[][] = [];
  for (const box of row.toSorted((a, b) => a.left - b.left)) {
    const group = groups.at(-1);
    const heights = mean((group ?? []).map(heightOf));
    const end = Math.max(...(group ?? []).map(({ right }) => right));
    const isNear = Math.abs(heights - heightOf(box)) < HEIGHT * heights && box.left - end < GAP * heightOf(box);
    if (group !== undefined && isNear) group.push(box);
    else groups.push([box]);
  }
  return groups.map((group) => ({
    left: Math.min(...group.map(({ left }) => left)),
    top: Math.min(...group.map(({ top }) => top)),
    right: Math.max(...group.map(({ right }) => right)),
    bottom: Math.max(...group.map(({ bottom }) => bottom)),
    confidence: Math.max(...group.map(({ confidence }) => confidence)),
  }));
}

function roomy({ left, top, right, bottom, confidence }: Box): Word {
  const room = Math.trunc(ROOM * Math.min(right - left, bottom - top));
  const [x1, y1, x2, y2] = [left - room, top - room, right + room, bottom + room];
  return { corners: [[x1, y1], [x2, y1], [x2, y2], [x1, y2]], confidence }; // biome-ignore format: corners
}

function isLong({ corners: [a, b, c] }: Word): boolean {
  const side = ([x1, y1]: Point, [x2, y2]: Point) => Math.hypot(x2 - x1, y2 - y1);
  return Math.max(side(a!, b!), side(b!, c!)) > SHORTEST;
}
