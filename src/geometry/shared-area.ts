import { areaPathsD, FillRule, intersectD } from "clipper2-ts";
import type { Point } from "./polygon.ts";

/** Decimal places of pixels that corners are rounded to. */
const PRECISION = 6;

/** Area that lies in both of two polygons of any shape, which cover what the even-odd rule says. */
export function sharedArea(a: readonly Point[], b: readonly Point[]): number {
  const shared = intersectD([pathOf(a)], [pathOf(b)], FillRule.EvenOdd, PRECISION);
  return Math.abs(areaPathsD(shared));
}

function pathOf(polygon: readonly Point[]): { x: number; y: number }[] {
  return polygon.map(([x, y]) => ({ x, y }));
}
