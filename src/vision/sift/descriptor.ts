import { roundHalfEven } from "../round-half-even.ts";
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
      const [along, down] = [dx * cos - dy * sin, dx * sin + dy * cos];
      const [fieldX, fieldY] = [along + GRID / 2 - 0.5, down + GRID / 2 - 0.5];
      if (fieldX <= -1 || fieldY <= -1 || fieldX >= GRID || fieldY >= GRID) continue;
      const at = (row + dy) * width + column + dx;
      const [rise, lift] = [values[at + 1]! - values[at - 1]!, values[at - width]! - values[at + width]!];
      const weight = Math.exp((along * along + down * down) / (-0.5 * GRID * GRID));
      const degrees = (Math.atan2(lift, rise) * 180) / Math.PI - place.orientation;
      const bin = ((((degrees % 360) + 360) % 360) * BINS) / 360;
      sums.add([fieldY, fieldX, bin], weight * Math.sqrt(rise * rise + lift * lift));
    }
  }
  return normalised(sums.entries());
}

/** Values dealt out among the nearest fields and directions; fields beyond the grid take what falls outside. */
class Sums {
  private readonly values = new Float64Array((GRID + 2) * (GRID + 2) * (BINS + 1));

  add([row, column, bin]: readonly [number, number, number], value: number): void {
    const [top, left, first] = [Math.floor(row), Math.floor(column), Math.floor(bin)];
    const [down, across, beyond] = [row - top, column - left, bin - first];
    const start = ((top + 1) * (GRID + 2) + left + 1) * (BINS + 1) + (first % BINS);
    for (let i = 0; i < 8; i++) {
      const [isLower, isRight, isNext] = [i & 4, i & 2, i & 1];
      const share = (isLower ? down : 1 - down) * (isRight ? across : 1 - across) * (isNext ? beyond : 1 - beyond);
      const at = start + (isLower ? (GRID + 2) * (BINS + 1) : 0) + (isRight ? BINS + 1 : 0) + (isNext ? 1 : 0);
      this.values[at]! += value * share;
    }
  }

  /** Of the fields of the grid; the place behind the last direction is the first one. */
  entries(): Float64Array {
    const found = new Float64Array(DESCRIPTOR_LENGTH);
    for (let field = 0; field < GRID * GRID; field++) {
      const start = ((Math.floor(field / GRID) + 1) * (GRID + 2) + (field % GRID) + 1) * (BINS + 1);
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
