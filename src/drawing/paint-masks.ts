import { areaOf, forEachSpan, type Mask } from "../kinds/mask.ts";
import { roundHalfEven } from "./blend.ts";
import type { Canvas, Color } from "./canvas.ts";
import { fillSpan } from "./strokes.ts";

/** A mask and the colour for it. */
export interface ColoredMask {
  mask: Mask;
  color: Color;
}

/** Tints the picture where masks are: small ones lie on larger ones, and each pixel takes one colour. */
export function paintMasks(canvas: Canvas, masks: readonly ColoredMask[], opacity: number): void {
  const { rgb, width, height } = canvas;
  const top = new Uint32Array(width * height);
  for (const place of bySize(masks)) {
    forEachSpan(masks[place]!.mask, (x, from, to) => {
      if (x < 0 || x >= width) return;
      for (let y = Math.max(0, from); y < Math.min(height, to); y++) top[y * width + x] = place + 1;
    });
  }
  for (let at = 0; at < top.length; at++) {
    if (top[at] === 0) continue;
    const { color } = masks[top[at]! - 1]!;
    for (let channel = 0; channel < 3; channel++) {
      const i = at * 3 + channel;
      rgb[i] = roundHalfEven(opacity * color[channel]! + (1 - opacity) * rgb[i]!);
    }
  }
}

/** Fills masks, small ones over larger ones. */
export function fillMasks(canvas: Canvas, masks: readonly ColoredMask[]): void {
  for (const place of bySize(masks)) {
    const { mask, color } = masks[place]!;
    forEachSpan(mask, (x, top, bottom) => fillSpan(canvas, [x, top, x, bottom - 1], color));
  }
}

/** Places of masks, the largest first; of equal ones the later first. */
function bySize(masks: readonly ColoredMask[]): number[] {
  const areas = masks.map(({ mask }) => areaOf(mask));
  return [...masks.keys()].sort((a, b) => areas[b]! - areas[a]! || b - a);
}
