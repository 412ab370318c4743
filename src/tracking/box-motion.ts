import type { Box } from "../geometry/box-overlap.ts";

/**
 * Where a box goes: four coordinates with constant velocities. No coordinate moves another and their noises are independent, so the
 * 8x8 covariance of the usual filter is four 2x2 ones ({@link import("./axis.ts").Axis}).
 */
export interface BoxMotion {
  readonly box: Box;
  /** Moves on by that many frames. */
  predict(frames: number, isSeen: boolean): void;
  correct(box: Box): void;
}

export type OpenMotion = (first: Box) => BoxMotion;

export interface Center {
  x: number;
  y: number;
  width: number;
  height: number;
}

export function centerOf([x1, y1, x2, y2]: Box): Center {
  return { x: (x1 + x2) / 2, y: (y1 + y2) / 2, width: x2 - x1, height: y2 - y1 };
}

export function boxAround({ x, y, width, height }: Center): Box {
  return [x - width / 2, y - height / 2, x + width / 2, y + height / 2];
}

/** A box without an extent has no proportions; a pixel's fraction keeps the filter finite. */
export const LEAST_EXTENT = 1e-3;
