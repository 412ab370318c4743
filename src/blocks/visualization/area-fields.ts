import { z } from "zod";
import { StepError } from "../../base/errors.ts";
import { lazy } from "../../base/lazy.ts";
import { fillFlags, maskFlags, slicedRegion } from "../../drawing/area.ts";
import type { Canvas } from "../../drawing/canvas.ts";
import type { Detection } from "../../kinds/detections.ts";
import { orRef } from "../contract/fields.ts";
import { wholeCorners } from "./whole-pixels.ts";

export const opacityField = lazy(() => orRef(z.number().min(0).max(1), "float_zero_to_one"));

/** 1 for each pixel that detections cover: their masks, and boxes without their right and lower edges where there are no masks. */
export function coveredFlags(items: readonly Detection[], canvas: Canvas): Uint8Array {
  const flags = new Uint8Array(canvas.width * canvas.height);
  for (const { box, mask } of items) {
    if (mask === undefined) fillFlags(flags, canvas.width, slicedRegion(wholeCorners(box), canvas));
    else maskFlags(flags, canvas, mask);
  }
  return flags;
}

/** Pixels on a side of the square that is blurred into one; throws STEP_INPUT below 1. */
export function kernelOf(size: number, step: string): number {
  if (size >= 1) return Math.min(size, LARGEST_KERNEL);
  throw new StepError("STEP_INPUT", `step "${step}": kernel_size is ${size}, expected 1 or more`, { step });
}

/** Sums of such a square still fit into 32 bits. */
const LARGEST_KERNEL = 2047;
