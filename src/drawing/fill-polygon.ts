import { forEachSpan, type Mask } from "../kinds/mask.ts";
import { maskOfPolygons } from "../kinds/polygon-mask.ts";
import { type Canvas, type Color, fillColumn } from "./canvas.ts";

type Polygon = readonly (readonly [x: number, y: number])[];

/** Fills polygons, their outlines included; what lies in two of them stays as it is. */
export function fillPolygons(canvas: Canvas, polygons: readonly Polygon[], color: Color): void {
  const mask: Mask = maskOfPolygons(polygons, canvas);
  forEachSpan(mask, (x, top, bottom) => fillColumn(canvas, x, [top, bottom], color));
}
