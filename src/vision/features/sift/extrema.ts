import { roundHalfEven } from "../../../base/round-half-even.ts";
import type { Plane } from "./plane.ts";
import { LAYERS, type Octave, SIGMA } from "./scale-space.ts";

/** A place that differs from all around it, in position and in scale, in pixels of its octave. */
export interface Extremum {
  layer: number;
  /** The pixel, and where exactly it is. */
  column: number;
  row: number;
  x: number;
  y: number;
  /** Beyond the layer, -0.5 to 0.5. */
  beyond: number;
  /** Of the blur that it stands out most in. */
  scale: number;
  contrast: number;
}

/** Least contrast, as a share of white. */
const CONTRAST = 0.04;
/** How much longer than wide it may be. */
const EDGE = 10;
/** Pixels at the edges in which nothing is looked for. */
const BORDER = 5;
const MOST_STEPS = 5;
/** A quick check before the exact one. */
const THRESHOLD = Math.floor(((0.5 * CONTRAST) / LAYERS) * 255);

export function extremaOf({ differences }: Octave): Extremum[] {
  const found: Extremum[] = [];
  for (let layer = 1; layer <= LAYERS; layer++) {
    const planes = differences.slice(layer - 1, layer + 2);
    const { values, width, height } = planes[1]!;
    for (let row = BORDER; row < height - BORDER; row++) {
      for (let column = BORDER; column < width - BORDER; column++) {
        const value = values[row * width + column]!;
        if (Math.abs(value) <= THRESHOLD || !isExtreme(planes, row * width + column)) continue;
        const exact = refined(differences, { layer, row, column });
        if (exact !== null) found.push(exact);
      }
    }
  }
  return found;
}

function isExtreme(planes: readonly Plane[], at: number): boolean {
  const { values, width } = planes[1]!;
  const value = values[at]!;
  const sign = value > 0 ? 1 : -1;
  for (const plane of planes) {
    for (let row = at - width; row <= at + width; row += width) {
      for (let i = row - 1; i <= row + 1; i++) if (sign * plane.values[i]! > sign * value) return false;
    }
  }
  return true;
}

interface Place {
  layer: number;
  row: number;
  column: number;
}

/** The exact place by a parabola through the values around; null where it is faint or on an edge, or does not settle. */
function refined(planes: readonly Plane[], start: Place): Extremum | null {
  const place = { ...start };
  for (let step = 0; step < MOST_STEPS; step++) {
    const fit = fitAt(planes, place);
    const [dx, dy, ds] = fit.offset;
    if (fit.offset.every((part) => Math.abs(part) < 0.5)) return accepted(place, fit);
    if (!fit.offset.every((part) => Math.abs(part) < 1e6)) return null;
    place.column += roundHalfEven(dx);
    place.row += roundHalfEven(dy);
    place.layer += roundHalfEven(ds);
    if (!isInside(planes[0]!, place)) return null;
  }
  return null;
}

function isInside({ width, height }: Plane, { layer, row, column }: Place): boolean {
  if (layer < 1 || layer > LAYERS) return false;
  return column >= BORDER && column < width - BORDER && row >= BORDER && row < height - BORDER;
}

interface Fit {
  offset: [dx: number, dy: number, ds: number];
  /** At the exact place, as a share of white. */
  value: number;
  /** Second differences within the layer. */
  xx: number;
  yy: number;
  xy: number;
}

function fitAt(planes: readonly Plane[], { layer, row, column }: Place): Fit {
  const [before, here, after] = [planes[layer - 1]!.values, planes[layer]!.values, planes[layer + 1]!.values];
  const { width } = planes[layer]!;
  const at = row * width + column;
  const unit = 1 / 255;
  const value = here[at]!;
  const dx = ((here[at + 1]! - here[at - 1]!) * unit) / 2;
  const dy = ((here[at + width]! - here[at - width]!) * unit) / 2;
  const ds = ((after[at]! - before[at]!) * unit) / 2;
  const xx = (here[at + 1]! + here[at - 1]! - 2 * value) * unit;
  const yy = (here[at + width]! + here[at - width]! - 2 * value) * unit;
  const ss = (after[at]! + before[at]! - 2 * value) * unit;
  const crossOf = (a: Float32Array, b: Float32Array, step: number) => {
    return ((a[at + step]! - a[at - step]! - b[at + step]! + b[at - step]!) * unit) / 4;
  };
  const down = (step: number) => here[at + width + step]! - here[at - width + step]!;
  const xy = ((down(1) - down(-1)) * unit) / 4;
  const [xs, ys] = [crossOf(after, before, 1), crossOf(after, before, width)];
  const offset = solved([xx, xy, xs, yy, ys, ss], [-dx, -dy, -ds]);
  return { offset, value: value * unit + (dx * offset[0] + dy * offset[1] + ds * offset[2]) / 2, xx, yy, xy };
}

/** Of a symmetric matrix of three rows (its upper half, row by row) and a right side; without a solution, something huge. */
function solved(
  [a, b, c, d, e, f]: readonly [number, number, number, number, number, number],
  [x, y, z]: readonly [number, number, number],
): [number, number, number] {
  const [m1, m2, m3] = [d * f - e * e, c * e - b * f, b * e - c * d];
  const determinant = a * m1 + b * m2 + c * m3;
  if (determinant === 0) return [0, 0, 0];
  const [n2, n3, p3] = [a * f - c * c, b * c - a * e, a * d - b * b];
  return [
    (m1 * x + m2 * y + m3 * z) / determinant,
    (m2 * x + n2 * y + n3 * z) / determinant,
    (m3 * x + n3 * y + p3 * z) / determinant,
  ];
}

function accepted({ layer, row, column }: Place, { offset: [dx, dy, ds], value, xx, yy, xy }: Fit): Extremum | null {
  if (Math.abs(value) * LAYERS < CONTRAST) return null;
  const [trace, determinant] = [xx + yy, xx * yy - xy * xy];
  if (determinant <= 0 || trace * trace * EDGE >= (EDGE + 1) ** 2 * determinant) return null;
  const scale = SIGMA * 2 ** ((layer + ds) / LAYERS);
  return { layer, row, column, x: column + dx, y: row + dy, beyond: ds, scale, contrast: Math.abs(value) };
}
