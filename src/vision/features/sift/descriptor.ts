import { roundHalfEven } from "../../../base/round-half-even.ts";
import type { Plane } from "./plane.ts";

/** Fields on a side of the grid, and directions in each. */
const GRID = 4;
const BINS = 8;
export const DESCRIPTOR_LENGTH = GRID * GRID * BINS;
/** Side of a field, in scales. */
const FIELD = 3;
/** Share of the whole that no entry exceeds, so that a single strong edge does not decide. */
const MOST = 0.2;
const UNIT = 512;
/** Entries of a row of fields, with one more on both sides, and one more direction in each. */
const LINE = (GRID + 2) * (BINS + 1);

interface Place {
  x: number;
  y: number;
  /** Degrees against the clock from the right. */
  orientation: number;
  scale: number;
}

/** How brightness rises in a grid of fields around a place, turned with it: 128 whole numbers up to 255. */
export function descriptorOf(plane: Plane, place: Place): Uint8Array {
  const { values, width, height } = plane;
  const [column, row] = [roundHalfEven(place.x), roundHalfEven(place.y)];
  const side = FIELD * place.scale;
  const radians = (place.orientation * Math.PI) / 180;
  const [cos, sin] = [Math.cos(radians) / side, Math.sin(radians) / side];
  const farthest = Math.trunc(Math.hypot(width, height));
  const reach = Math.min(farthest, roundHalfEven((side * Math.SQRT2 * (GRID + 1)) / 2));
  const sums = new Sums();
  for (let dy = Math.max(-reach, 1 - row); dy <= Math.min(reach, height - 2 - row); dy++) {
    for (let dx = Math.max(-reach, 1 - column); dx <= Math.min(reach, width - 2 - column); dx++) {
      const along = dx * cos - dy * sin;
      const down = dx * sin + dy * cos;
      const fieldX = along + GRID / 2 - 0.5;
      const fieldY = down + GRID / 2 - 0.5;
      if (fieldX <= -1 || fieldY <= -1 || fieldX >= GRID || fieldY >= GRID) continue;
      const at = (row + dy) * width + column + dx;
      const rise = values[at + 1]! - values[at - 1]!;
      const lift = values[at - width]! - values[at + width]!;
      const weight = Math.exp((along * along + down * down) / (-0.5 * GRID * GRID));
      // From -1 to 1 turns.
      const turns = Math.atan2(lift, rise) / (2 * Math.PI) - place.orientation / 360;
      const bin = (turns < 0 ? turns + 1 + (turns < -1 ? 1 : 0) : turns) * BINS;
      sums.add(fieldY, fieldX, bin, weight * Math.sqrt(rise * rise + lift * lift));
    }
  }
  return normalised(sums.entries());
}

/** Values dealt out among the nearest fields and directions; fields beyond the grid take what falls outside. */
class Sums {
  private readonly values = new Float64Array((GRID + 2) * LINE);

  add(row: number, column: number, bin: number, value: number): void {
    const { values } = this;
    const [top, left, first] = [Math.floor(row), Math.floor(column), Math.floor(bin)];
    const [across, beyond] = [column - left, bin - first];
    let at = (top + 1) * LINE + (left + 1) * (BINS + 1) + (first % BINS);
    let rest = value * (1 - (row - top));
    for (let line = 0; line < 2; line++, at += LINE, rest = value - rest) {
      const [right, here] = [rest * across, rest * (1 - across)];
      values[at]! += here * (1 - beyond);
      values[at + 1]! += here * beyond;
      values[at + BINS + 1]! += right * (1 - beyond);
      values[at + BINS + 2]! += right * beyond;
    }
  }

  /** Of the fields of the grid; the place behind the last direction is the first one. */
  entries(): Float64Array {
    const found = new Float64Array(DESCRIPTOR_LENGTH);
    for (let field = 0; field < GRID * GRID; field++) {
      const start = (Math.floor(field / GRID) + 1) * LINE + ((field % GRID) + 1) * (BINS + 1);
      for (let bin = 0; bin < BINS; bin++) found[field * BINS + bin] = this.values[start + bin]!;
      found[field * BINS]! += this.values[start + BINS]!;
    }
    return found;
  }
}

function normalised(entries: Float64Array): Uint8Array {
  const most = MOST * lengthOf(entries);
  const limited = entries.map((value) => Math.min(value, most));
  const scale = UNIT / Math.max(lengthOf(limited), Number.EPSILON);
  return Uint8Array.from(limited, (value) => Math.min(255, roundHalfEven(value * scale)));
}

function lengthOf(values: Float64Array): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
}
