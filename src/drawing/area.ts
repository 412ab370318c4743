import type { Region } from "../kinds/image.ts";
import { forEachSpan, type Mask } from "../kinds/mask.ts";
import type { Raster, Size } from "../vision/raster.ts";
import type { Canvas } from "./canvas.ts";
import type { Corners } from "./strokes.ts";

/** What lies in the picture of a box whose right and lower edges do not belong to it. */
export function clippedRegion([x1, y1, x2, y2]: Corners, { width, height }: Size): Region {
  const [x, y] = [Math.max(0, x1), Math.max(0, y1)];
  return {
    x,
    y,
    width: Math.max(0, Math.min(width, x2) - x),
    height: Math.max(0, Math.min(height, y2) - y),
  };
}

/** The same as the reference cuts it: a corner below 0 counts from the far side, which mostly leaves nothing. */
export function slicedRegion([x1, y1, x2, y2]: Corners, { width, height }: Canvas): Region {
  const [x, y] = [placeOf(x1, width), placeOf(y1, height)];
  return { x, y, width: Math.max(0, placeOf(x2, width) - x), height: Math.max(0, placeOf(y2, height) - y) };
}

function placeOf(at: number, size: number): number {
  return at < 0 ? Math.max(0, size + at) : Math.min(at, size);
}

/** A part of the picture without a copy. */
export function rasterAt({ rgb, width }: Canvas, area: Region): Raster<3> {
  const data = rgb.subarray((area.y * width + area.x) * 3);
  return { data, width: area.width, height: area.height, stride: 3 * width, channels: 3 };
}

/** Writes a part of the picture. */
export function putRaster({ rgb, width }: Canvas, { x, y }: { x: number; y: number }, raster: Raster<3>): void {
  for (let row = 0; row < raster.height; row++) {
    const from = row * raster.stride;
    rgb.set(raster.data.subarray(from, from + raster.width * 3), ((y + row) * width + x) * 3);
  }
}

/** Sets a value for each pixel of a region in rows of one byte a pixel. */
export function fillFlags(flags: Uint8Array, stride: number, { x, y, width, height }: Region): void {
  for (let row = y; row < y + height; row++) flags.fill(1, row * stride + x, row * stride + x + width);
}

/** The same for each pixel of a mask within the picture. */
export function maskFlags(flags: Uint8Array, { width, height }: { width: number; height: number }, mask: Mask): void {
  forEachSpan(mask, (x, from, to) => {
    if (x < 0 || x >= width) return;
    for (let y = Math.max(0, from); y < Math.min(height, to); y++) flags[y * width + x] = 1;
  });
}
