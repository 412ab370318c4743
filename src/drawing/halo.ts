import { boxMean } from "../vision/filters/box-mean.ts";
import { greyOf } from "../vision/grey.ts";
import { newRaster } from "../vision/raster.ts";
import { maskFlags } from "./area.ts";
import type { Canvas } from "./canvas.ts";
import { type ColoredMask, fillMasks } from "./paint-masks.ts";

interface Halo {
  opacity: number;
  /** Pixels on a side of the square that is blurred into one pixel. */
  size: number;
  /** Adds the colour to the dimmed picture as it is, and not by its brightness. */
  isFlat: boolean;
}

/** Paints a glow around masks, which fades with the distance. */
export function paintHalo(canvas: Canvas, masks: readonly ColoredMask[], { opacity, size, isFlat }: Halo): void {
  const colored = newRaster(canvas, 3);
  fillMasks({ ...canvas, rgb: colored.data }, masks);
  const glow = boxMean(colored, size, "mirror").data;
  for (const [at, flag] of flagsOf(canvas, masks).entries()) if (flag === 1) glow.fill(0, at * 3, at * 3 + 3);
  const grey = greyOf({ ...colored, data: glow }).data;
  const brightest = grey.reduce((most, value) => Math.max(most, value), 0);
  if (brightest === 0) return;
  const { rgb } = canvas;
  for (let at = 0; at < grey.length; at++) {
    const share = (opacity * grey[at]!) / brightest;
    if (share === 0 && !isFlat) continue;
    const strength = isFlat ? opacity : share;
    for (let i = at * 3; i < at * 3 + 3; i++) rgb[i] = Math.min(255, rgb[i]! * (1 - share) + glow[i]! * strength);
  }
}

function flagsOf(canvas: Canvas, masks: readonly ColoredMask[]): Uint8Array {
  const flags = new Uint8Array(canvas.width * canvas.height);
  for (const { mask } of masks) maskFlags(flags, canvas, mask);
  return flags;
}
