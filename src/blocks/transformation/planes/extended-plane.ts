import { roundHalfEven } from "../../../base/round-half-even.ts";
import type { Quadrangle } from "../../../geometry/homography.ts";
import type { Point } from "../../../geometry/polygon.ts";

/** Corners from the lower left one on. */
export interface ExtendedPlane {
  corners: Quadrangle;
  /** Lengths of the longer ones of opposite sides before, and how far corners moved. */
  width: number;
  height: number;
  addedWidth: number;
  addedHeight: number;
}

/** For each side the corners at its ends, and for each of them the one that it moves away from. */
const SIDES = [
  { ends: [0, 1], from: [3, 2], measured: 0, added: "addedWidth" },
  { ends: [2, 3], from: [1, 0], measured: 3, added: "addedWidth" },
  { ends: [3, 0], from: [2, 1], measured: 0, added: "addedHeight" },
  { ends: [1, 2], from: [0, 3], measured: 1, added: "addedHeight" },
] as const;

/** Points that have to lie within, by the side beyond which they may be: left, right, lower, upper. */
export type PointsBySide = readonly [readonly Point[], readonly Point[], readonly Point[], readonly Point[]];

/** The plane with its sides moved outwards, in parallel, until the points of all objects lie within. */
export function extendedPlane(corners: Quadrangle, objects: readonly PointsBySide[]): ExtendedPlane {
  const [lowerLeft, upperLeft, upperRight, lowerRight] = corners;
  const plane: ExtendedPlane = {
    corners,
    width: Math.max(apart(lowerLeft, lowerRight), apart(upperLeft, upperRight)),
    height: Math.max(apart(lowerLeft, upperLeft), apart(lowerRight, upperRight)),
    addedWidth: 0,
    addedHeight: 0,
  };
  for (const object of objects) {
    for (const [side, points] of object.entries()) for (const point of points) extend(plane, side, point);
  }
  return plane;
}

function extend(plane: ExtendedPlane, number: number, point: Point): void {
  const side = SIDES[number];
  if (side === undefined || contains(plane.corners, point)) return;
  const { corners } = plane;
  const [start, end] = [corners[side.ends[0]], corners[side.ends[1]]];
  if (isRightOf(start, end, point)) return;
  const direction: Point = [end[0] - start[0], end[1] - start[1]];
  const moved = [...corners] as [Point, Point, Point, Point];
  for (const [i, corner] of side.ends.entries()) {
    const meeting = crossing([point, direction], [corners[corner], corners[side.from[i] ?? 0]]);
    if (meeting !== null) moved[corner] = [roundHalfEven(meeting[0]), roundHalfEven(meeting[1])];
  }
  plane[side.added] += apart(moved[side.measured], corners[side.measured]);
  plane.corners = moved;
}

/** Where a line through a point in a direction meets the one through two others; null for lines in parallel. */
function crossing(
  [[x, y], [dx, dy]]: readonly [Point, Point],
  [[x1, y1], [x2, y2]]: readonly [Point, Point],
): Point | null {
  const [ex, ey] = [x2 - x1, y2 - y1];
  const cross = dx * ey - dy * ex;
  if (cross === 0) return null;
  const part = ((x1 - x) * ey - (y1 - y) * ex) / cross;
  return [x + part * dx, y + part * dy];
}

function isRightOf([x1, y1]: Point, [x2, y2]: Point, [x, y]: Point): boolean {
  return (x2 - x1) * (y - y1) - (y2 - y1) * (x - x1) > 0;
}

/** Within or on the outline. */
function contains(polygon: Quadrangle, [x, y]: Point): boolean {
  let inside = false;
  let [x1, y1] = polygon[3];
  for (const [x2, y2] of polygon) {
    const cross = (x2 - x1) * (y - y1) - (y2 - y1) * (x - x1);
    const isBetween = x >= Math.min(x1, x2) && x <= Math.max(x1, x2) && y >= Math.min(y1, y2) && y <= Math.max(y1, y2);
    if (cross === 0 && isBetween) return true;
    if (y1 > y !== y2 > y && x < x1 + ((y - y1) / (y2 - y1)) * (x2 - x1)) inside = !inside;
    [x1, y1] = [x2, y2];
  }
  return inside;
}

function apart([x1, y1]: Point, [x2, y2]: Point): number {
  return Math.hypot(x2 - x1, y2 - y1);
}
