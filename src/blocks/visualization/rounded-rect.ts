import type { Region } from "../../kinds/image.ts";
import { type Canvas, type Color, fillMask, fillRect } from "./canvas.ts";

/** Fills a rectangle of whole pixels whose corners are rounded with smooth edges. */
export function fillRounded(canvas: Canvas, rect: Region, { radius, color }: { radius: number; color: Color }): void {
  const r = fitting(rect, radius);
  const { x, y, width, height } = rect;
  fillRect(canvas, { x, y: y + r, width, height: height - 2 * r }, color);
  fillRect(canvas, { x: x + r, y, width: width - 2 * r, height: r }, color);
  fillRect(canvas, { x: x + r, y: y + height - r, width: width - 2 * r, height: r }, color);
  fillCorners(canvas, rect, { radius: r, color, coverageAt: (distance) => inside(distance, r) });
}

interface Line {
  /** Of the outer edge. */
  radius: number;
  thickness: number;
  color: Color;
}

/** Draws the outline of a rectangle, inside it. */
export function strokeRounded(canvas: Canvas, rect: Region, { radius, thickness, color }: Line): void {
  const { x, y, width, height } = rect;
  const r = fitting(rect, radius);
  const t = Math.min(thickness, Math.ceil(Math.min(width, height) / 2));
  fillRect(canvas, { x: x + r, y, width: width - 2 * r, height: t }, color);
  fillRect(canvas, { x: x + r, y: y + height - t, width: width - 2 * r, height: t }, color);
  // Square corners belong to the horizontal edges alone.
  const ends = Math.max(r, t);
  fillRect(canvas, { x, y: y + ends, width: t, height: height - 2 * ends }, color);
  fillRect(canvas, { x: x + width - t, y: y + ends, width: t, height: height - 2 * ends }, color);
  fillCorners(canvas, rect, {
    radius: r,
    color,
    coverageAt: (distance) => inside(distance, r) - inside(distance, r - t),
  });
}

function fitting({ width, height }: Region, radius: number): number {
  return Math.max(0, Math.min(Math.round(radius), Math.floor(Math.min(width, height) / 2)));
}

/** Part of a pixel that lies within the radius, its centre being that far away. */
function inside(distance: number, radius: number): number {
  return radius <= 0 ? 0 : Math.min(1, Math.max(0, radius - distance + 0.5));
}

interface Corners {
  radius: number;
  color: Color;
  coverageAt: (distance: number) => number;
}

function fillCorners(canvas: Canvas, { x, y, width, height }: Region, { radius, color, coverageAt }: Corners): void {
  for (const right of [false, true]) {
    for (const low of [false, true]) {
      const alpha = new Uint8Array(radius * radius);
      for (let i = 0; i < alpha.length; i++) {
        const [column, row] = [i % radius, Math.floor(i / radius)];
        const dx = right ? column + 0.5 : radius - column - 0.5;
        const dy = low ? row + 0.5 : radius - row - 0.5;
        alpha[i] = Math.round(255 * coverageAt(Math.hypot(dx, dy)));
      }
      const corner = { x: right ? x + width - radius : x, y: low ? y + height - radius : y };
      fillMask(canvas, { alpha, width: radius, height: radius, ...corner }, color);
    }
  }
}
