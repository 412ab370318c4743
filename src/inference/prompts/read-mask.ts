import { type Mask, maskOf, trimMask } from "../../kinds/mask.ts";
import type { MaskChoices } from "../families/family.ts";
import { drawMask, type Grid } from "../tasks/draw-mask.ts";

interface Size {
  width: number;
  height: number;
}

/** The map that counts: of several the surest one, where the prompt may mean several things. */
export function chosenMap({ scores, single }: MaskChoices, isAmbiguous: boolean): number {
  if (!isAmbiguous && single !== null) return single;
  let best = single === 0 ? 1 : 0;
  for (let i = best; i < scores.length; i++) if (i !== single && scores[i]! > scores[best]!) best = i;
  return best;
}

/** Pixels of the image whose logit is above 0, bilinear between cells; null where there are none. */
export function readMask(
  { data, width, height }: MaskChoices,
  map: number,
  { image, grid }: { image: Size; grid: Grid },
): Mask | null {
  const scores = data.subarray(map * width * height, (map + 1) * width * height);
  const window = coveredWindow(scores, width, height);
  if (window === null) return null;
  const whole = { x: 0, y: 0, width, height };
  const { pixels, area } = drawMask({ scores, window: whole }, { window, grid, ...image }, 0);
  const mask = trimMask(maskOf(pixels, area));
  return mask.width === 0 ? null : mask;
}

/** Around all cells above 0. */
function coveredWindow(scores: Float32Array, width: number, height: number) {
  let [left, top, right, bottom] = [width, height, -1, -1];
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      if (!(scores[at]! > 0)) continue;
      [left, right] = [Math.min(left, x), Math.max(right, x)];
      [top, bottom] = [Math.min(top, y), y];
    }
  }
  return right < 0 ? null : { x: left, y: top, width: right - left + 1, height: bottom - top + 1 };
}
