import type { Corners } from "../../drawing/strokes.ts";
import { type Anchor, type Point, pointOf } from "../../kinds/anchor.ts";
import type { Detection } from "../../kinds/detections.ts";

// Fractions of pixels are cut off, as in the reference.

export function wholeCorners([x1, y1, x2, y2]: Detection["box"]): Corners {
  return [Math.trunc(x1), Math.trunc(y1), Math.trunc(x2), Math.trunc(y2)];
}

export function wholePoint([x, y]: Point): Point {
  return [Math.trunc(x), Math.trunc(y)];
}

export function wholeAnchor(item: Detection, anchor: Anchor, step: string): Point {
  return wholePoint(pointOf(item, anchor, step));
}
