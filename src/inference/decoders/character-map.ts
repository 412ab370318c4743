import { smallestRectangle } from "../../geometry/rotated-rectangle.ts";
import type { Point } from "../../vision/shapes/contours.ts";

/** Scores of cells to be in the middle of a character, and between two of a word (Baek et al., "Character Region Awareness for Text Detection", 2019). */
export interface CharacterMap {
  /** Both scores of each cell, in rows. */
  scores: Float32Array;
  width: number;
  height: number;
}

export interface Word {
  /** In turn, in cells. */
  corners: Point[];
  /** Highest score of its cells. */
  confidence: number;
}

/** Cells above it are of characters, or of what links them. */
const LOW = 0.4;
/** What some cell of a word must score. */
const SURE = 0.7;
const FEWEST_CELLS = 10;

/** Words of a map: cells that hang together, with room for what characters reach beyond their middles. */
export function wordsOf(map: CharacterMap): Word[] {
  return groupsOf(map).flatMap((group) => {
    const confidence = group.cells.reduce((best, cell) => Math.max(best, map.scores[cell * 2]!), 0);
    if (group.cells.length < FEWEST_CELLS || confidence < SURE) return [];
    const points = reachOf(group, map);
    const rectangle = smallestRectangle(points);
    if (rectangle === null) return [];
    const { width, height, corners } = rectangle;
    const isSquare = Math.abs(1 - Math.max(width, height) / (Math.min(width, height) + 1e-5)) <= 0.1;
    return [{ corners: isSquare ? boundOf(points) : corners, confidence }];
  });
}

interface Group {
  cells: number[];
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** Cells that touch by their sides. */
function groupsOf({ scores, width, height }: CharacterMap): Group[] {
  const open = Uint8Array.from({ length: width * height }, (_, i) => {
    return scores[i * 2]! > LOW || scores[i * 2 + 1]! > LOW ? 1 : 0;
  });
  const groups: Group[] = [];
  for (let start = 0; start < open.length; start++) {
    if (open[start] === 0) continue;
    const cells = [start];
    open[start] = 0;
    const group = { cells, left: width, top: height, right: 0, bottom: 0 };
    for (let i = 0; i < cells.length; i++) {
      const cell = cells[i]!;
      const [x, y] = [cell % width, Math.floor(cell / width)];
      [group.left, group.right] = [Math.min(group.left, x), Math.max(group.right, x)];
      [group.top, group.bottom] = [Math.min(group.top, y), Math.max(group.bottom, y)];
      const beside = [x > 0 ? cell - 1 : -1, x + 1 < width ? cell + 1 : -1, cell - width, cell + width];
      for (const other of beside) {
        if (open[other] !== 1) continue;
        open[other] = 0;
        cells.push(other);
      }
    }
    groups.push(group);
  }
  return groups;
}

/** Corners of a square around every cell of characters, within the map; links alone do not count. */
function reachOf({ cells, left, top, right, bottom }: Group, { scores, width, height }: CharacterMap): Point[] {
  const [across, down] = [right - left + 1, bottom - top + 1];
  const size = 1 + Math.trunc(Math.sqrt((cells.length * Math.min(across, down)) / (across * down)) * 2);
  const after = Math.floor(size / 2);
  const before = size - 1 - after;
  const characters = cells.filter((cell) => !(scores[cell * 2 + 1]! > LOW && scores[cell * 2]! <= LOW));
  return characters.flatMap((cell): Point[] => {
    const [x, y] = [cell % width, Math.floor(cell / width)];
    const [x1, x2] = [Math.max(0, x - before), Math.min(width - 1, x + after)];
    const [y1, y2] = [Math.max(0, y - before), Math.min(height - 1, y + after)];
    return [[x1, y1], [x2, y1], [x2, y2], [x1, y2]]; // biome-ignore format: corners
  });
}

function boundOf(points: readonly Point[]): Point[] {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [x, y] of points) {
    [left, right] = [Math.min(left, x), Math.max(right, x)];
    [top, bottom] = [Math.min(top, y), Math.max(bottom, y)];
  }
  return [[left, top], [right, top], [right, bottom], [left, bottom]]; // biome-ignore format: corners
}
