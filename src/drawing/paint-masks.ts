import { areaOf, forEachSpan, type Mask } from "../kinds/mask.ts";
import { type Canvas, type Color, fillColumn } from "./canvas.ts";
import { Tint } from "./tint.ts";

/** A mask and the colour for it. */
export interface ColoredMask {
  mask: Mask;
  color: Color;
}

/** Tints the picture where masks are: small ones lie on larger ones, and each pixel takes one colour. */
export function paintMasks(canvas: Canvas, masks: readonly ColoredMask[], opacity: number): void {
  const tint = new Tint(canvas, masks.length);
  for (const place of bySize(masks)) {
    forEachSpan(masks[place]!.mask, (x, top, bottom) => tint.column(x, [top, bottom], place));
  }
  tint.paint(
    canvas,
    masks.map(({ color }) => color),
    opacity,
  );
}

/** Fills masks, small ones over larger ones. */
export function fillMasks(canvas: Canvas, masks: readonly ColoredMask[]): void {
  for (const place of bySize(masks)) {
    const { mask, color } = masks[place]!;
    forEachSpan(mask, (x, top, bottom) => fillColumn(canvas, x, [top, bottom], color));
  }
}

/** Places of masks, the largest first; of equal ones the later first. */
function bySize(masks: readonly ColoredMask[]): number[] {
  const areas = masks.map(({ mask }) => areaOf(mask));
  return [...masks.keys()].sort((a, b) => areas[b]! - areas[a]! || b - a);
}
