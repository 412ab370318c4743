import type { OutputTensor } from "../inference/families/family.ts";

/** Outputs of a model on a picture with twenty objects of COCO's classes; the rest of the numbers is what nothing looks like. */
export interface SceneObject {
  /** Centre and size as shares of the picture. */
  x: number;
  y: number;
  width: number;
  height: number;
  score: number;
  classId: number;
}

export const OBJECTS = 20;

/** The `hit`-th answer of a model: the objects in turn, each time a little elsewhere and surer or less sure. */
export function sceneObject(hit: number): SceneObject {
  const object = hit % OBJECTS;
  const turn = Math.floor(hit / OBJECTS);
  return {
    x: 0.1 + 0.2 * (object % 5) + 0.004 * (turn % 4),
    y: 0.125 + 0.25 * Math.floor(object / 5) + 0.004 * (turn % 3),
    width: 0.17 + 0.003 * (turn % 5),
    height: 0.22 - 0.003 * (turn % 4),
    score: 0.95 - 0.03 * (turn % 14),
    classId: (object * 7) % 80,
  };
}

export interface Rows {
  /** Of the whole tensor; rows and columns are its last two, or the other way round. */
  dims: readonly number[];
  rows: number;
  columns: number;
  /** Columns come before rows. */
  isTurned?: boolean;
  /** Rows that answer: around the centres of objects on a grid of `across` cells in a line, else spread over all. */
  hits: number;
  across?: number;
  values: (object: SceneObject) => readonly number[];
  /** What stands in the other rows, in turn. */
  idle: readonly number[];
}

export function rowsTensor({ dims, rows, columns, isTurned = false, hits, across, values, idle }: Rows): OutputTensor {
  const data = new Float32Array(rows * columns);
  const at = (row: number, column: number) => (isTurned ? column * rows + row : row * columns + column);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++)
      data[at(row, column)] = idle[(row + column * 3) % idle.length] ?? 0;
  }
  for (let hit = 0; hit < hits; hit++) {
    const object = sceneObject(hit);
    const row = across === undefined ? Math.floor(((hit + 0.5) * rows) / hits) : cellOf(object, hit, across);
    for (const [column, value] of values(object).entries()) data[at(row, column)] = value;
  }
  return { data, dims };
}

/** One of the twelve cells around an object's centre. */
function cellOf({ x, y }: SceneObject, hit: number, across: number): number {
  const turn = Math.floor(hit / OBJECTS);
  return (Math.floor(y * across) + (Math.floor(turn / 4) % 3) - 1) * across + Math.floor(x * across) + (turn % 4) - 1;
}

/** A score for each class, of which one is high. */
export function classScores(object: SceneObject, classes: number, high = object.score, low = 0.01): number[] {
  return Array.from({ length: classes }, (_, i) => (i === object.classId % classes ? high : low));
}

export function logit(score: number): number {
  return Math.log(score / (1 - score));
}

/** Centre and size in pixels of a model's input. */
export function centred({ x, y, width, height }: SceneObject, side: number): number[] {
  return [x * side, y * side, width * side, height * side];
}

/** Left, top, right and bottom. */
export function cornered({ x, y, width, height }: SceneObject, side: number): number[] {
  return [x - width / 2, y - height / 2, x + width / 2, y + height / 2].map((share) => share * side);
}
