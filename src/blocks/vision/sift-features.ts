import { StepError } from "../../base/errors.ts";
import type { Color } from "../../drawing/canvas.ts";
import { strokeCircle } from "../../drawing/ellipse.ts";
import { strokeLine } from "../../drawing/lines.ts";
import type { Descriptors, Pair } from "../../vision/features/match-features.ts";
import type { Feature } from "../../vision/features/sift/sift.ts";
import { rgbOf } from "../../vision/grey.ts";
import { newRaster, type Raster } from "../../vision/raster.ts";
import { canvasOf } from "./focus-overlay.ts";

/** Features as the language knows them; descriptors are null where there are none. */
export function keyPointsOf(features: readonly Feature[]) {
  return features.map(({ x, y, size, angle, response, octave }) => {
    return { pt: [x, y], size, angle, response, octave, class_id: -1 };
  });
}

export function descriptorRows(features: readonly Feature[]): number[][] | null {
  return features.length === 0 ? null : features.map(({ descriptor }) => [...descriptor]);
}

/** Rows of numbers of one length, as `sift@v1` gives them; throws STEP_INPUT for anything else. */
export function packedRows(given: unknown, property: string, step: string): Descriptors {
  const rows = given as number[][];
  const isTable = Array.isArray(given) && given.every((row) => isRow(row) && row.length === rows[0]?.length);
  if (!isTable) {
    const message = `step "${step}": ${property} is no list of rows of numbers of one length, such as the descriptors of sift`;
    throw new StepError("STEP_INPUT", message, { step });
  }
  const length = rows[0]?.length ?? 0;
  const values = new Float32Array(rows.length * length);
  for (const [i, row] of rows.entries()) values.set(row, i * length);
  return { values, count: rows.length, length };
}

function isRow(value: unknown): value is number[] {
  return (Array.isArray(value) && value.every((entry) => typeof entry === "number")) || value instanceof Float32Array;
}

const COLORS: readonly Color[] = [
  [255, 64, 64],
  [255, 213, 0],
  [76, 251, 18],
  [0, 196, 255],
  [163, 81, 251],
  [255, 151, 202],
];

/** Radius of a mark in pixels. */
const MARK = 3;

const colorAt = (i: number): Color => COLORS[i % COLORS.length] ?? [255, 255, 255];

/** A copy with a mark at each feature. */
export function withMarks(raster: Raster, features: readonly Feature[]): Raster<3> {
  return sideBySide([{ raster, features }], []);
}

interface Marked {
  raster: Raster;
  features: readonly Feature[];
}

/** Two pictures beside each other, with marks at their features and lines between those that match. */
export function withMatches(first: Marked, second: Marked, pairs: readonly Pair[]): Raster<3> {
  const lines = pairs.flatMap((pair) => {
    const [a, b] = [first.features[pair.first], second.features[pair.second]];
    return a === undefined || b === undefined ? [] : [[[a.x, a.y], [b.x + first.raster.width, b.y]] as const]; // biome-ignore format: two ends
  });
  return sideBySide([first, second], lines);
}

type Point = readonly [number, number];

function sideBySide(pictures: readonly Marked[], lines: readonly (readonly [Point, Point])[]): Raster<3> {
  const width = pictures.reduce((sum, { raster }) => sum + raster.width, 0);
  const picture = newRaster({ width, height: Math.max(...pictures.map(({ raster }) => raster.height)) }, 3);
  const canvas = canvasOf(picture);
  let left = 0;
  for (const { raster, features } of pictures) {
    const { data, stride, height } = rgbOf(raster);
    for (let y = 0; y < height; y++) {
      picture.data.set(data.subarray(y * stride, y * stride + 3 * raster.width), y * picture.stride + 3 * left);
    }
    for (const [i, { x, y }] of features.entries()) {
      strokeCircle(canvas, [Math.round(x) + left, Math.round(y)], MARK, { thickness: 1, color: colorAt(i) });
    }
    left += raster.width;
  }
  for (const [i, ends] of lines.entries()) {
    const [[ax, ay], [bx, by]] = ends;
    const whole: [Point, Point] = [[Math.round(ax), Math.round(ay)], [Math.round(bx), Math.round(by)]]; // biome-ignore format: two ends
    strokeLine(canvas, whole, { thickness: 1, color: colorAt(i) });
  }
  return picture;
}
