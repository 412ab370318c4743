import { roundHalfEven } from "../../../base/round-half-even.ts";
import type { Detection } from "../../../kinds/detections.ts";
import type { Region } from "../../../kinds/image.ts";

/** The box in whole pixels of the picture, null when nothing of it lies inside. */
export function regionOf(
  [x1, y1, x2, y2]: Detection["box"],
  { width, height }: { width: number; height: number },
): Region | null {
  const left = Math.max(0, roundHalfEven(x1));
  const top = Math.max(0, roundHalfEven(y1));
  const right = Math.min(width, roundHalfEven(x2));
  const bottom = Math.min(height, roundHalfEven(y2));
  return right > left && bottom > top ? { x: left, y: top, width: right - left, height: bottom - top } : null;
}
