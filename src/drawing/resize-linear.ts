import { newRaster, type Raster, type Size } from "../vision/raster.ts";

/** Another size by mixing the four nearest pixels; `scale` is source pixels for each of the result, from the sizes when absent. */
export function resizeLinear<R extends Raster>(raster: R, size: Size, scale?: readonly [number, number]): R;
export function resizeLinear(raster: Raster, size: Size, scale?: readonly [number, number]): Raster {
  const { data, stride, channels } = raster;
  const resized = newRaster(size, channels);
  const [across, down] = scale ?? [raster.width / size.width, raster.height / size.height];
  const columns = neighbours(size.width, raster.width, across);
  const rows = neighbours(size.height, raster.height, down);
  let to = 0;
  for (let y = 0; y < size.height; y++) {
    const [upper, lower, below] = [rows.first[y]! * stride, rows.second[y]! * stride, rows.share[y]!];
    for (let x = 0; x < size.width; x++) {
      const [left, right, beside] = [columns.first[x]! * channels, columns.second[x]! * channels, columns.share[x]!];
      for (let c = 0; c < channels; c++) {
        const top = data[upper + left + c]! * (1 - beside) + data[upper + right + c]! * beside;
        const bottom = data[lower + left + c]! * (1 - beside) + data[lower + right + c]! * beside;
        resized.data[to++] = top * (1 - below) + bottom * below + 0.5;
      }
    }
  }
  return resized;
}

/** The same for numbers, row after row. */
export function resizeNumbers(values: Float64Array, from: Size, size: Size): Float64Array {
  const resized = new Float64Array(size.width * size.height);
  const columns = neighbours(size.width, from.width, from.width / size.width);
  const rows = neighbours(size.height, from.height, from.height / size.height);
  let to = 0;
  for (let y = 0; y < size.height; y++) {
    const [upper, lower, below] = [rows.first[y]! * from.width, rows.second[y]! * from.width, rows.share[y]!];
    for (let x = 0; x < size.width; x++) {
      const [left, right, beside] = [columns.first[x]!, columns.second[x]!, columns.share[x]!];
      const top = values[upper + left]! * (1 - beside) + values[upper + right]! * beside;
      const bottom = values[lower + left]! * (1 - beside) + values[lower + right]! * beside;
      resized[to++] = top * (1 - below) + bottom * below;
    }
  }
  return resized;
}

/** For each place the two of the source between which its middle lies, and the share of the second. */
function neighbours(length: number, source: number, scale: number) {
  const [first, second] = [new Int32Array(length), new Int32Array(length)];
  const share = new Float64Array(length);
  for (let i = 0; i < length; i++) {
    const at = Math.min(Math.max((i + 0.5) * scale - 0.5, 0), source - 1);
    first[i] = Math.floor(at);
    second[i] = Math.min(source - 1, first[i]! + 1);
    share[i] = at - first[i]!;
  }
  return { first, second, share };
}
