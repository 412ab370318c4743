import { polygonArea } from "../geometry/polygon.ts";
import { type Contour, contoursOf as contoursOfRaster, type Point } from "../vision/shapes/contours.ts";
import type { Bitmap } from "./bitmap.ts";

/** All borders of an object, those of its holes included, in pixels of its picture. */
export function contoursOf({ x, y, bits, width, height }: Bitmap): Contour[] {
  return contoursOfRaster({ data: bits, width, height, stride: width, channels: 1 }, [x, y]);
}

/** The outermost border with the most points, of several the one around the greatest area; null where no pixel is inside. */
export function largestContour(bitmap: Bitmap): Point[] | null {
  const outermost = contoursOf(bitmap).filter((contour) => contour.isOutermost);
  return outermost.reduce<Point[] | null>((best, { points }) => {
    if (best === null || points.length > best.length) return points;
    return points.length === best.length && polygonArea(points) >= polygonArea(best) ? points : best;
  }, null);
}
