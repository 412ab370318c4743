import { overlap } from "../../../geometry/box-overlap.ts";
import type { Detection } from "../../../kinds/detections.ts";
import { areaOf, clipMask, type Mask, maskOf, pixelsOf, trimMask } from "../../../kinds/mask.ts";

/** Intersection over union, of the masks where both have one, else of the boxes. */
export function overlapOf(a: Detection, b: Detection): number {
  const ofBoxes = overlap(a.box, b.box);
  if (a.mask === undefined || b.mask === undefined || ofBoxes === 0) return ofBoxes;
  const shared = sharedPixels(a.mask, b.mask);
  return shared === 0 ? 0 : shared / (areaOf(a.mask) + areaOf(b.mask) - shared);
}

/** Number of pixels that lie in both. */
export function sharedPixels(a: Mask, b: Mask): number {
  const window = commonWindow(a, b);
  if (window === null) return 0;
  const [inA, inB] = [pixelsOf(clipMask(a, window)), pixelsOf(clipMask(b, window))];
  let count = 0;
  for (let i = 0; i < inA.length; i++) count += (inA[i] as number) & (inB[i] as number);
  return count;
}

/** What lies in any of them, in the smallest window; null where there are none. */
export function unitedMask(masks: readonly (Mask | undefined)[]): Mask | null {
  return gathered(masks, (count) => count > 0);
}

/** What lies in all of them. */
export function commonMask(masks: readonly (Mask | undefined)[]): Mask | null {
  return gathered(masks, (count) => count === masks.length);
}

type Window = Omit<Mask, "runs">;

/** The pixels of which a rule holds for the number of masks that they lie in. */
function gathered(masks: readonly (Mask | undefined)[], isIn: (count: number) => boolean): Mask | null {
  const present = masks.filter((mask) => mask !== undefined);
  if (present.length === 0) return null;
  const window = enclosing(present);
  const counts = new Uint8Array(window.width * window.height);
  for (const mask of present) {
    const bits = pixelsOf(mask);
    for (let y = 0; y < mask.height; y++) {
      const to = (y + mask.y - window.y) * window.width + mask.x - window.x;
      for (let x = 0; x < mask.width; x++)
        counts[to + x] = (counts[to + x] as number) + (bits[y * mask.width + x] as number);
    }
  }
  return trimMask(
    maskOf(
      counts.map((count) => Number(isIn(count))),
      window,
    ),
  );
}

function enclosing(masks: readonly Window[]): Window {
  const x = Math.min(...masks.map((mask) => mask.x));
  const y = Math.min(...masks.map((mask) => mask.y));
  const right = Math.max(...masks.map((mask) => mask.x + mask.width));
  const bottom = Math.max(...masks.map((mask) => mask.y + mask.height));
  return { x, y, width: right - x, height: bottom - y };
}

function commonWindow(a: Window, b: Window): Window | null {
  const [x, y] = [Math.max(a.x, b.x), Math.max(a.y, b.y)];
  const width = Math.min(a.x + a.width, b.x + b.width) - x;
  const height = Math.min(a.y + a.height, b.y + b.height) - y;
  return width > 0 && height > 0 ? { x, y, width, height } : null;
}
