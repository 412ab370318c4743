import type { Detection } from "../../kinds/detections.ts";
import { type Mask, maskOf, pixelsOf, wholeRuns } from "../../kinds/mask.ts";
import { maskOfPolygon } from "../../kinds/polygon-mask.ts";
import { both } from "../../vision/both.ts";
import { bandAlongOutline, deepInside } from "../../vision/filters/morphology.ts";
import { newRaster, type Raster, type Size } from "../../vision/raster.ts";
import { contoursOf } from "../../vision/shapes/contours.ts";
import { edgeMap } from "../../vision/shapes/edge-map.ts";
import { keepLarge } from "../../vision/shapes/keep-large.ts";
import { snapped } from "../../vision/shapes/snap.ts";

interface Rules {
  /** Pixels that an outline may move, and pixels around outlines in which edges are looked for. */
  reach: number;
  band: number;
  /** Of edges, see `edgeMap`. */
  window: number;
  bridging: number;
  sigma: number;
  /** What goes round less is no edge. */
  area: number;
}

/** Objects with outlines at edges of the picture, and all edges that outlines may go to. */
export function refineMasks(grey: Raster<1>, items: readonly Detection[], rules: Rules) {
  const { edges, slopes } = edgeMap(grey, rules);
  const masks = items.flatMap(({ mask }) => (mask === undefined ? [] : [mask]));
  const near = masks.length === 0 ? edges : both(edges, bandsOf(masks, grey, rules.band));
  const targets = keepLarge(near, rules.area);
  const refined = items.map((item): Detection => {
    return item.mask === undefined
      ? item
      : { ...item, mask: refine(item.mask, { targets, slopes, reach: rules.reach }) };
  });
  return { items: refined, edges: targets };
}

/** What is near to the outline of any of the masks. */
function bandsOf(masks: readonly Mask[], picture: Size, reach: number): Raster<1> {
  const all = newRaster(picture, 1);
  for (const mask of masks) {
    const window = windowAround(mask, picture, reach);
    copyInto(all, bandAlongOutline(rasterIn(window, mask), 2 * reach + 1), window);
  }
  return all;
}

interface Window extends Size {
  x: number;
  y: number;
}

function windowAround(mask: Mask, { width, height }: Size, margin: number): Window {
  const [x, y] = [Math.max(0, mask.x - margin), Math.max(0, mask.y - margin)];
  return {
    x,
    y,
    width: Math.max(0, Math.min(width, mask.x + mask.width + margin) - x),
    height: Math.max(0, Math.min(height, mask.y + mask.height + margin) - y),
  };
}

/** The pixels of a window, 255 inside of the mask. */
function rasterIn({ x, y, width, height }: Window, mask: Mask): Raster<1> {
  const runs = wholeRuns({ ...mask, x: mask.x - x, y: mask.y - y }, width, height);
  const data = pixelsOf({ x: 0, y: 0, width, height, runs }).map((bit) => 255 * bit);
  return { data, width, height, stride: width, channels: 1 };
}

function copyInto(all: Raster<1>, part: Raster<1>, { x, y }: Window): void {
  for (const [i, value] of part.data.entries()) {
    if (value !== 0) all.data[(y + Math.floor(i / part.width)) * all.width + x + (i % part.width)] = 255;
  }
}

function refine(mask: Mask, pull: { targets: Raster<1>; slopes: Float64Array; reach: number }): Mask {
  const { width, height } = pull.targets;
  const window = windowAround(mask, pull.targets, 1);
  const inside = rasterIn(window, mask);
  const targets = withoutDeep(pull.targets, deepInside(inside, pull.reach), window);
  const outlines = contoursOf(inside, [window.x, window.y]).filter(({ isOutermost }) => isOutermost);
  if (outlines.length === 0) return mask;
  const all = newRaster({ width, height }, 1);
  for (const { points } of outlines) {
    const part = maskOfPolygon(snapped(points, { ...pull, targets }), all);
    copyInto(
      all,
      { data: pixelsOf(part), width: part.width, height: part.height, stride: part.width, channels: 1 },
      part,
    );
  }
  return maskOf(all.data, { x: 0, y: 0, width, height });
}

/** Edges deep inside of the mask pull nothing. */
function withoutDeep(targets: Raster<1>, deep: Raster<1>, { x, y }: Window): Raster<1> {
  const left = { ...targets, data: targets.data.slice() };
  for (const [i, value] of deep.data.entries()) {
    if (value !== 0) left.data[(y + Math.floor(i / deep.width)) * left.width + x + (i % deep.width)] = 0;
  }
  return left;
}
