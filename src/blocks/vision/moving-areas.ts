import { StepError } from "../../base/errors.ts";
import { perimeter } from "../../geometry/polygon.ts";
import { simplified } from "../../geometry/simplify.ts";
import { type Mask, pixelsOf, wholeRuns } from "../../kinds/mask.ts";
import { maskOfPolygon } from "../../kinds/polygon-mask.ts";
import { both } from "../../vision/both.ts";
import { openByEllipse } from "../../vision/filters/morphology.ts";
import type { Raster, Size } from "../../vision/raster.ts";
import { areaWithin, contoursOf, type Point } from "../../vision/shapes/contours.ts";
import { type Polygon, polygonsOf } from "../analytics/polygon.ts";

interface Rules {
  /** What goes round no more than this does not count. */
  area: number;
  /** What is narrower is noise. */
  size: number;
  /** Polygons outside of which nothing counts; null for everywhere. */
  zone: readonly Polygon[] | null;
}

/** Outlines of what moves, the lowest first, with no more corners than their shapes need. */
export function movingAreas(mask: Raster<1>, { area, size, zone }: Rules): Point[][] {
  const all = outlinesOf(openByEllipse(mask, size));
  const large = all.filter((points) => points.length > 2 && areaWithin(points) > area);
  const inside = zone === null ? large : large.flatMap((points) => zone.flatMap((part) => common(points, part, mask)));
  return inside.map((points) => simplified(points, DETAIL * perimeter(points))).filter((points) => points.length > 2);
}

/** Share of its length by which an outline may be off. */
const DETAIL = 0.01;

/** From the lowest one up, as in the reference. */
function outlinesOf(mask: Raster<1>, origin: Point = [0, 0]): Point[][] {
  return contoursOf(mask, origin)
    .filter(({ isOutermost }) => isOutermost)
    .map(({ points }) => points)
    .reverse();
}

/** Outlines of what is inside of both, looked for no further than the first one reaches. */
function common(points: readonly Point[], polygon: Polygon, picture: Size): Point[][] {
  const window = maskOfPolygon(points, picture);
  const { x, y } = window;
  const moved = polygon.map((corner) => [corner[0] - x, corner[1] - y] as const);
  const other = wholeMask(maskOfPolygon(moved, window), window);
  const inside = both(rasterOf(pixelsOf(window), window), rasterOf(pixelsOf(other), window));
  return outlinesOf(inside, [x, y]).filter((outline) => outline.length > 2);
}

function rasterOf(data: Uint8Array, { width, height }: Size): Raster<1> {
  return { data, width, height, stride: width, channels: 1 };
}

/** The same in a window that is all of a picture. */
function wholeMask(mask: Mask, { width, height }: Size): Mask {
  return { x: 0, y: 0, width, height, runs: wholeRuns(mask, width, height) };
}

/** A zone as polygons; an empty one, or none, is everywhere. Throws STEP_BAD_ZONE. */
export function zoneOf(given: unknown, step: string): readonly Polygon[] | null {
  const zone = typeof given === "string" ? parsed(given, step) : given;
  if (zone === null || zone === undefined || (Array.isArray(zone) && zone.length === 0)) return null;
  return polygonsOf(zone, step, true);
}

function parsed(text: string, step: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const message = `step "${step}": detection_zone is ${JSON.stringify(text)}, expected a list of points such as "[[0, 0], [640, 0], [640, 360]]"`;
    throw new StepError("STEP_BAD_ZONE", message, { step }, { cause: error });
  }
}
