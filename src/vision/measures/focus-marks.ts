import { rgbOf } from "../grey.ts";
import { newRaster, type Raster } from "../raster.ts";
import { greatest, type Sharpness } from "./sharpness.ts";

interface Marks {
  /** Blue stripes over what is darker than the first level, red ones over what is brighter than the second; null for none. */
  exposure: { grey: Raster<1>; dark: number; bright: number } | null;
  /** Paints green what is sharp; null for nothing. */
  sharpness: Sharpness | null;
}

/** A copy in colour with what is badly exposed and what is sharp marked. */
export function withFocusMarks(raster: Raster, { exposure, sharpness }: Marks): Raster<3> {
  const picture = copyOf(rgbOf(raster));
  if (exposure !== null) drawStripes(picture, exposure);
  if (sharpness !== null) paintSharp(picture, sharpness);
  return picture;
}

type Rgb = readonly [red: number, green: number, blue: number];
const [RED, GREEN, BLUE]: readonly [Rgb, Rgb, Rgb] = [[255, 0, 0], [0, 255, 0], [0, 0, 255]]; // biome-ignore format: three colours

function copyOf({ data, width, height, stride }: Raster<3>): Raster<3> {
  const copy = newRaster({ width, height }, 3);
  for (let y = 0; y < height; y++) {
    copy.data.set(data.subarray(y * stride, y * stride + copy.stride), y * copy.stride);
  }
  return copy;
}

/** Pixels across a stripe, measured along a row. */
const STRIPE = 8;

function drawStripes({ data, width, height }: Raster<3>, { grey, dark, bright }: NonNullable<Marks["exposure"]>): void {
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at += 3) {
      if (Math.floor((x + y) / STRIPE) % 2 === 1) continue;
      const level = grey.data[y * grey.stride + x]!;
      if (level < dark) blend(data, at, { color: BLUE, share: 0.5 });
      else if (level > bright) blend(data, at, { color: RED, share: 0.5 });
    }
  }
}

/** Of the sharpest pixel, from which on others count as sharp. */
const SHARP = 0.3;

function paintSharp({ data }: Raster<3>, sharpness: Sharpness): void {
  const least = SHARP * greatest(sharpness);
  for (let i = 0, at = 0; i < sharpness.values.length; i++, at += 3) {
    if (sharpness.values[i]! > least) blend(data, at, { color: GREEN, share: 0.6 });
  }
}

function blend(data: Uint8Array, at: number, { color, share }: { color: Rgb; share: number }): void {
  for (let c = 0; c < 3; c++) data[at + c] = data[at + c]! * (1 - share) + color[c]! * share;
}
