import fc from "fast-check";
import { type Channels, newRaster, type Raster } from "../../src/vision/raster.ts";

/** A grey raster drawn in text: a digit times 25, anything else 0. */
export function drawnGrey(...rows: string[]): Raster<1> {
  const raster = newRaster({ width: rows[0]?.length ?? 0, height: rows.length }, 1);
  raster.data.set([...rows.join("")].map((character) => 25 * (Number(character) || 0)));
  return raster;
}

export function rasterOf<C extends Channels>(values: readonly number[], width: number, channels: C): Raster<C> {
  const raster = newRaster({ width, height: values.length / width / channels }, channels);
  raster.data.set(values);
  return raster;
}

/** The same pixels as a part of a larger picture that has other values around it. */
export function asPart<C extends Channels>(raster: Raster<C>): Raster<C> {
  const { width, height, channels } = raster;
  const stride = (width + 5) * channels;
  const whole = new Uint8Array(stride * (height + 2)).map((_, i) => (i * 37) % 251);
  const start = stride + 2 * channels;
  for (let y = 0; y < height; y++) {
    whole.set(raster.data.subarray(y * raster.stride, (y + 1) * raster.stride), start + y * stride);
  }
  return { ...raster, data: whole.subarray(start, start + (height - 1) * stride + width * channels), stride };
}

export function anyRaster<C extends Channels>(channels: C, most = 9): fc.Arbitrary<Raster<C>> {
  const side = fc.integer({ min: 1, max: most });
  return fc.tuple(side, side).chain(([width, height]) => {
    const length = width * height * channels;
    const value = fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constantFrom(0, 255));
    return fc.array(value, { minLength: length, maxLength: length }).map((values) => rasterOf(values, width, channels));
  });
}

/** A value by its place, which may lie outside: `edge` gives the value there. */
export function valueAt(
  { data, width, height, stride, channels }: Raster,
  [x, y, channel]: readonly [number, number, number],
  edge: "repeat" | "mirror",
): number {
  const placed = (at: number, length: number): number => {
    if (at >= 0 && at < length) return at;
    if (edge === "repeat" || length === 1) return at < 0 ? 0 : length - 1;
    return placed(at < 0 ? -at : 2 * (length - 1) - at, length);
  };
  return data[placed(y, height) * stride + placed(x, width) * channels + channel]!;
}
