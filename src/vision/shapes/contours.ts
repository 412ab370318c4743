import type { Raster } from "../raster.ts";

export type Point = readonly [x: number, y: number];

/** A closed border of a group of pixels that touch, also by corners. */
export interface Contour {
  /** Pixels of the group where the border turns, from its first one on: an outer border goes down the left side first. */
  points: Point[];
  /** Whether it goes round a hole of the group. */
  isHole: boolean;
  /** Whether it is an outer border that lies in no hole of another group. */
  isOutermost: boolean;
}

/**
 * All borders between 0 and other values, in the order in which rows from the top meet them; the first pixel is at the given point.
 * Border following by S. Suzuki and K. Abe,
 * "Topological structural analysis of digitized binary images by border following", CVGIP 30 (1985), algorithm 1.
 */
export function contoursOf(raster: Raster<1>, [left, top]: Point = [0, 0]): Contour[] {
  const grid = gridOf(raster);
  const { cells, stride } = grid;
  const borders: Border[] = [FRAME];
  for (let y = 1; y <= raster.height; y++) {
    let last = 1;
    for (let at = y * stride + 1; at < (y + 1) * stride - 1; at++) {
      if (cells[at] === 0) continue;
      const isOuter = cells[at] === 1 && cells[at - 1] === 0;
      const isHole = !isOuter && cells[at]! >= 1 && cells[at + 1] === 0;
      if (isOuter || isHole) {
        if (cells[at]! > 1) last = cells[at]!;
        const nearest = borders[last - 1]!;
        const parent = nearest.isHole === isHole ? nearest.parent : last;
        const places = follow(grid, { start: at, isHole, label: borders.length + 1 });
        borders.push({ isHole, parent, places });
      }
      if (cells[at] !== 1) last = Math.abs(cells[at]!);
    }
  }
  const pointOf = (at: number): Point => [left + (at % stride) - 1, top + Math.floor(at / stride) - 1];
  return borders.slice(1).map(({ places, isHole, parent }) => {
    return { points: places.map(pointOf), isHole, isOutermost: !isHole && parent === 1 };
  });
}

interface Border {
  isHole: boolean;
  /** Label of the border around this one. */
  parent: number;
  /** Where it turns, in the grid. */
  places: number[];
}

/** What lies around the picture, as the hole with label 1. */
const FRAME: Border = { isHole: true, parent: 1, places: [] };

interface Grid {
  /** 0 outside, 1 inside and not on a border yet, else the label of a border, negative where outside lies to the right. */
  cells: Int32Array;
  stride: number;
  /** Steps to the 8 neighbours, counter-clockwise from the right. */
  steps: readonly number[];
}

/** With a margin of one cell, so that every pixel has 8 neighbours. */
function gridOf({ data, width, height, stride: rowBytes }: Raster<1>): Grid {
  const stride = width + 2;
  const cells = new Int32Array(stride * (height + 2));
  for (let y = 0; y < height; y++) {
    const start = y * rowBytes;
    let to = (y + 1) * stride + 1;
    for (let at = start; at < start + width; at++) cells[to++] = data[at] === 0 ? 0 : 1;
  }
  return { cells, stride, steps: [1, 1 - stride, -stride, -stride - 1, -1, stride - 1, stride, stride + 1] };
}

/** Labels the pixels of a border and gives those where it turns. */
function follow({ cells, steps }: Grid, { start, isHole, label }: { start: number; isHole: boolean; label: number }) {
  const first = clockwise(cells, steps, { at: start, from: isHole ? 0 : 4 });
  if (first === null) {
    cells[start] = -label;
    return [start];
  }
  const turns: number[] = [];
  const end = start + steps[first]!;
  // The direction in which the border comes to the pixel, and the one back to where it came from.
  let [at, arrival, back] = [start, opposite(first), first];
  for (;;) {
    let direction = back;
    let isRightOutside = false;
    do {
      direction = (direction + 1) % 8;
      if (direction === 0 && cells[at + 1] === 0) isRightOutside = true;
    } while (cells[at + steps[direction]!] === 0);
    if (isRightOutside) cells[at] = -label;
    else if (cells[at] === 1) cells[at] = label;
    if (direction !== arrival) turns.push(at);
    const next = at + steps[direction]!;
    if (next === start && at === end) return turns;
    [at, arrival, back] = [next, direction, opposite(direction)];
  }
}

/** Direction of the first inside neighbour, clockwise from a direction; null for a pixel by itself. */
function clockwise(cells: Int32Array, steps: readonly number[], { at, from }: { at: number; from: number }) {
  for (let turn = 1; turn < 8; turn++) {
    const direction = (from + 8 - turn) % 8;
    if (cells[at + steps[direction]!] !== 0) return direction;
  }
  return null;
}

function opposite(direction: number): number {
  return (direction + 4) % 8;
}

/** The area that a border goes round, from the middle of pixel to the middle of pixel. */
export function areaWithin(points: readonly Point[]): number {
  let twice = 0;
  let [x1, y1] = points.at(-1) ?? [0, 0];
  for (const [x2, y2] of points) {
    twice += x1 * y2 - x2 * y1;
    [x1, y1] = [x2, y2];
  }
  return Math.abs(twice) / 2;
}
