import type { Detection } from "../../kinds/detections.ts";

/** x, y in pixels. */
export type Point = readonly [number, number];

/** Points of a box by their names in the language. A box has no mass but its own, so CENTER_OF_MASS is its centre. */
export const ANCHORS = [
  "CENTER",
  "CENTER_LEFT",
  "CENTER_RIGHT",
  "TOP_CENTER",
  "TOP_LEFT",
  "TOP_RIGHT",
  "BOTTOM_LEFT",
  "BOTTOM_CENTER",
  "BOTTOM_RIGHT",
  "CENTER_OF_MASS",
] as const;

export type Anchor = (typeof ANCHORS)[number];

export function anchorOf([x1, y1, x2, y2]: Detection["box"], anchor: Anchor): Point {
  const x = anchor.endsWith("LEFT") ? x1 : anchor.endsWith("RIGHT") ? x2 : (x1 + x2) / 2;
  const y = anchor.startsWith("TOP") ? y1 : anchor.startsWith("BOTTOM") ? y2 : (y1 + y2) / 2;
  return [x, y];
}
