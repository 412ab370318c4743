import { roundHalfEven } from "../../base/round-half-even.ts";
import { newRaster, type Raster, type Size } from "../raster.ts";

/**
 * The picture in another size. Made smaller, each pixel is the mean of the area it comes from; when one side grows, both are blended from
 * the two nearest pixels so that the areas of the old ones stay visible.
 */
export function resize<R extends Raster>(raster: R, size: Size): R;
export function resize(raster: Raster, size: Size): Raster {
  const { width, height, channels } = raster;
  const isGrowing = size.width > width || size.height > height;
  const tapsOf = isGrowing ? blendTaps : areaTaps;
  const [columns, rows] = [tapsOf(width, size.width), tapsOf(height, size.height)];
  const result = newRaster(size, channels);
  const sums = new Float64Array(result.stride);
  const lineOf = reducedRows(raster, columns);
  for (let y = 0, to = 0; y < size.height; y++) {
    sums.fill(0);
    for (let tap = rows.starts[y]!; tap < rows.starts[y + 1]!; tap++) {
      const [line, weight] = [lineOf(rows.places[tap]!), rows.weights[tap]!];
      if (isGrowing) addBlended(sums, line, weight);
      else for (let i = 0; i < sums.length; i++) sums[i]! += weight * line[i]!;
    }
    if (isGrowing) for (const sum of sums) result.data[to++] = (sum + 2) >> 2;
    else for (const sum of sums) result.data[to++] = sum + 0.5;
  }
  return result;
}

/** OpenCV's shares, of 2048 in each direction, and what it cuts off in between. */
function addBlended(sums: Float64Array, line: Float64Array, weight: number): void {
  for (let i = 0; i < sums.length; i++) sums[i]! += (weight * (line[i]! >> 4)) >> 16;
}

const ONE = 2048;

/** Which places of a side a target is made of, and their shares; those of target `i` are at `starts[i]` to `starts[i + 1] - 1`. */
interface Taps {
  starts: Int32Array;
  places: number[];
  weights: number[];
}

function areaTaps(from: number, to: number): Taps {
  const scale = from / to;
  return taps(to, (target, add) => {
    const end = Math.min((target + 1) * scale, from);
    for (let at = target * scale; end - at > 1e-6; ) {
      const next = Math.min(Math.floor(at + 1e-9) + 1, end);
      add(Math.floor(at + 1e-9), (next - at) / scale);
      at = next;
    }
  });
}

function blendTaps(from: number, to: number): Taps {
  const scale = from / to;
  return taps(to, (target, add) => {
    const place = Math.floor(target * scale);
    const beyond = target + 1 - (place + 1) / scale;
    const share = Math.fround(beyond <= 0 ? 0 : beyond - Math.floor(beyond));
    add(Math.min(place, from - 1), roundHalfEven((1 - share) * ONE));
    if (share > 0) add(Math.min(place + 1, from - 1), roundHalfEven(share * ONE));
  });
}

function taps(count: number, fill: (target: number, add: (place: number, weight: number) => void) => void): Taps {
  const found: Taps = { starts: new Int32Array(count + 1), places: [], weights: [] };
  for (let target = 0; target < count; target++) {
    fill(target, (place, weight) => {
      found.places.push(place);
      found.weights.push(weight);
    });
    found.starts[target + 1] = found.places.length;
  }
  return found;
}

/** Rows of the raster in their new width; neighbouring targets ask for the same two in turn. */
function reducedRows({ data, stride, channels }: Raster, columns: Taps): (y: number) => Float64Array {
  const count = columns.starts.length - 1;
  const kept = [0, 1].map(() => ({ y: -1, line: new Float64Array(count * channels) }));
  return (y) => {
    const slot = kept[y % 2]!;
    if (slot.y !== y) reduceRow(data.subarray(y * stride), columns, { line: slot.line, channels });
    slot.y = y;
    return slot.line;
  };
}

function reduceRow(
  row: Uint8Array,
  { starts, places, weights }: Taps,
  { line, channels }: { line: Float64Array; channels: number },
): void {
  line.fill(0);
  for (let target = 0, to = 0; to < line.length; target++, to += channels) {
    for (let tap = starts[target]!; tap < starts[target + 1]!; tap++) {
      const [from, weight] = [places[tap]! * channels, weights[tap]!];
      for (let c = 0; c < channels; c++) line[to + c]! += weight * row[from + c]!;
    }
  }
}
