import { StepError } from "../base/errors.ts";
import { bitmapOf, centerOfMass } from "./bitmap.ts";
import type { Detection } from "./detections.ts";

/** x, y in pixels. */
export type Point = readonly [number, number];

/** Points of a box by their names in the language. */
export const BOX_ANCHORS = [
  "CENTER",
  "CENTER_LEFT",
  "CENTER_RIGHT",
  "TOP_CENTER",
  "TOP_LEFT",
  "TOP_RIGHT",
  "BOTTOM_LEFT",
  "BOTTOM_CENTER",
  "BOTTOM_RIGHT",
] as const;

export type BoxAnchor = (typeof BOX_ANCHORS)[number];

/** Points of an object. */
export const ANCHORS = [...BOX_ANCHORS, "CENTER_OF_MASS"] as const;

export type Anchor = (typeof ANCHORS)[number];

/** The point of an object; throws STEP_NO_MASKS where its mass is asked for and it has no mask. */
export function pointOf(item: Detection, anchor: Anchor, step: string): Point {
  if (anchor !== "CENTER_OF_MASS") return anchorOf(item.box, anchor);
  const mask = bitmapOf(item);
  if (mask !== null) return centerOfMass(mask) ?? anchorOf(item.box, "CENTER");
  const message = `step "${step}": CENTER_OF_MASS is the middle of a mask, and a detection has none; put a segmentation model before it or choose CENTER`;
  throw new StepError("STEP_NO_MASKS", message, { step });
}

/** The point of a box. */
export function anchorOf([x1, y1, x2, y2]: Detection["box"], anchor: BoxAnchor): Point {
  const x = anchor.endsWith("LEFT") ? x1 : anchor.endsWith("RIGHT") ? x2 : (x1 + x2) / 2;
  const y = anchor.startsWith("TOP") ? y1 : anchor.startsWith("BOTTOM") ? y2 : (y1 + y2) / 2;
  return [x, y];
}
