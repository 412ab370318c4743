import { z } from "zod";
import { StepError } from "../../base/errors.ts";
import { lazy } from "../../base/lazy.ts";
import { roundHalfEven } from "../../base/round-half-even.ts";
import type { Point } from "../../kinds/anchor.ts";
import { zoneName } from "../../kinds/zone-name.ts";

export type Polygon = readonly Point[];

export const polygonPoints = lazy(() =>
  z.array(z.tuple([z.number(), z.number()])).min(3, { error: "a zone has at least three points" }),
);

export const polygonLists = lazy(() => z.union([polygonPoints(), z.array(polygonPoints())]));

/** The polygons of a zone: one list of points, or several; none of an empty zone, which holds nothing. Throws STEP_BAD_ZONE. */
export function polygonsOf(zone: unknown, step: string, several: boolean): Polygon[] {
  if (Array.isArray(zone) && zone.length === 0) return [];
  // The lists themselves, as they may have names.
  if (polygonPoints().safeParse(zone).success) return [zone as Polygon];
  const many = several ? z.array(polygonPoints()).min(1).safeParse(zone) : undefined;
  if (many?.success) return zone as Polygon[];
  const shape = several ? "at least three points or a list of such polygons" : "at least three points";
  throw new StepError(
    "STEP_BAD_ZONE",
    `step "${step}": zone is ${JSON.stringify(zone)}, expected ${shape} in pixels such as [[0, 0], [640, 0], [640, 360]]`,
    { step },
  );
}

/** A polygon of whole pixels within the least upright rectangle around it. */
export interface Area {
  polygon: Polygon;
  /** Undefined for points that have no name. */
  name: string | undefined;
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** The areas of a zone, read once for each list that a definition or a step gives. */
export function areasOf(zone: unknown, step: string, several: boolean): readonly Area[] {
  const known =
    typeof zone === "object" && zone !== null ? readAreas[several ? "several" : "one"].get(zone) : undefined;
  if (known !== undefined) return known;
  const areas = polygonsOf(zone, step, several).map(areaOf);
  readAreas[several ? "several" : "one"].set(zone as object, areas);
  return areas;
}

const readAreas = { one: new WeakMap<object, readonly Area[]>(), several: new WeakMap<object, readonly Area[]>() };

function areaOf(corners: Polygon): Area {
  const polygon = corners.map(pixelAt);
  const [xs, ys] = [polygon.map(([x]) => x), polygon.map(([, y]) => y)];
  const name = zoneName(corners);
  return {
    polygon,
    name,
    left: Math.min(...xs),
    top: Math.min(...ys),
    right: Math.max(...xs),
    bottom: Math.max(...ys),
  };
}

function pixelAt([x, y]: Point): Point {
  return [roundHalfEven(x), roundHalfEven(y)];
}

/** Whether the point's pixel is in the area or on its outline. */
export function isIn({ polygon, left, top, right, bottom }: Area, point: Point): boolean {
  const [x, y] = pixelAt(point);
  return x >= left && x <= right && y >= top && y <= bottom && contains(polygon, [x, y]);
}

/** Whether a pixel is in the polygon (even-odd rule) or one of those that its outline is drawn with. */
export function contains(polygon: Polygon, [x, y]: Point): boolean {
  let inside = false;
  let [x1, y1] = polygon.at(-1) ?? [0, 0];
  for (const [x2, y2] of polygon) {
    if (isOnEdge(x, y, [x1, y1, x2, y2])) return true;
    if (y1 > y !== y2 > y && x < x1 + ((y - y1) / (y2 - y1)) * (x2 - x1)) inside = !inside;
    [x1, y1] = [x2, y2];
  }
  return inside;
}

/** A line is drawn with one pixel for each step along its longer side. */
function isOnEdge(x: number, y: number, [x1, y1, x2, y2]: readonly [number, number, number, number]): boolean {
  const [width, height] = [Math.abs(x2 - x1), Math.abs(y2 - y1)];
  if (width > height) return isOnEdge(y, x, [y1, x1, y2, x2]);
  if (y < Math.min(y1, y2) || y > Math.max(y1, y2)) return false;
  return height === 0 ? x === x1 : Math.abs(x1 + ((y - y1) / (y2 - y1)) * (x2 - x1) - x) <= 0.5;
}
