import { contoursOf } from "./contour.ts";
import { type Mask, maskOf, moveMask, pixelsOf } from "./mask.ts";
import { maskOfPolygon } from "./polygon-mask.ts";

export interface MaskPart {
  mask: Mask;
  /** From its first to its last column and row. */
  box: [number, number, number, number];
}

/** What of a mask hangs together, in the order in which rows from the top meet it; holes stay open. A line of pixels is no part. */
export function maskParts(mask: Mask): MaskPart[] {
  const { width, height } = mask;
  const bits = pixelsOf(mask);
  const outer = contoursOf({ x: 0, y: 0, width, height, bits }).filter(({ isOutermost }) => isOutermost);
  return outer
    .filter(({ points }) => points.length >= 3)
    .map(({ points }) => {
      const [xs, ys] = [points.map(([x]) => x + mask.x), points.map(([, y]) => y + mask.y)];
      const own = outer.length === 1 ? mask : moveMask(within(points, { bits, width, height }), mask.x, mask.y);
      return { mask: own, box: [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)] };
    });
}

interface Pixels {
  bits: Uint8Array;
  width: number;
  height: number;
}

function within(points: readonly (readonly [number, number])[], { bits, width, height }: Pixels): Mask {
  const area = maskOfPolygon(points, { width, height });
  const inside = pixelsOf(area);
  for (let y = 0, at = 0; y < area.height; y++) {
    for (let x = 0; x < area.width; x++, at++) inside[at]! &= bits[(area.y + y) * width + area.x + x]!;
  }
  return maskOf(inside, { x: area.x, y: area.y, width: area.width, height: area.height });
}
