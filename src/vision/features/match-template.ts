import type { Raster, Size } from "../raster.ts";
import { loadOpenCv, type OpenCv, withOwned } from "./opencv.ts";

/** A place where a picture looks like a template, by the upper left corner. */
export interface Match {
  x: number;
  y: number;
  /** Up to 1, for what differs in brightness and contrast at most. */
  likeness: number;
}

/**
 * Places, row by row, that look like a template at least so much, by the correlation of what is left of both without their means. None of
 * a template that is flat, which looks like nothing, or larger than the picture.
 */
export async function matchTemplate(picture: Raster<1>, template: Raster<1>, least: number): Promise<Match[]> {
  if (template.width > picture.width || template.height > picture.height || isFlat(template)) return [];
  const { cv } = await loadOpenCv();
  return withOwned((own) => {
    const likeness = own(new cv.Mat());
    cv.matchTemplate(own(matOf(cv, picture)), own(matOf(cv, template)), likeness, cv.TM_CCOEFF_NORMED);
    return placesIn(likeness.data32F, likeness.cols, least);
  });
}

function isFlat({ data, width, height, stride }: Raster<1>): boolean {
  for (let y = 0; y < height; y++) {
    for (let at = y * stride; at < y * stride + width; at++) if (data[at] !== data[0]) return false;
  }
  return true;
}

function matOf(cv: OpenCv, { data, width, height, stride }: Raster<1>) {
  const mat = new cv.Mat(height, width, cv.CV_8UC1);
  for (let y = 0; y < height; y++) mat.data.set(data.subarray(y * stride, y * stride + width), y * width);
  return mat;
}

function placesIn(values: Float32Array, width: number, least: number): Match[] {
  const found: Match[] = [];
  for (let i = 0; i < values.length; i++) {
    const likeness = values[i]!;
    // Windows without contrast have no likeness that means anything.
    if (likeness >= least && Number.isFinite(likeness))
      found.push({ x: i % width, y: Math.floor(i / width), likeness });
  }
  return found;
}

/** Of matches whose areas overlap by more than a share of both together, the best; they stay in order. */
export function withoutOverlaps(matches: readonly Match[], size: Size, most: number): Match[] {
  // Wide enough for places left of the picture too, so that none is taken for one at the end of the row above.
  const row = matches.reduce((right, { x }) => Math.max(right, x), 0) + 2 * size.width;
  const offsets = overlapping(size, most).map(([dx, dy]) => dy * row + dx);
  const kept = new Set<Match>();
  const taken = new Set<number>();
  for (const match of [...matches].sort((a, b) => b.likeness - a.likeness)) {
    const place = match.y * row + match.x;
    if (taken.has(place)) continue;
    kept.add(match);
    for (const offset of offsets) taken.add(place + offset);
  }
  return matches.filter((match) => kept.has(match));
}

/** How far two areas of a size may be apart and still overlap by more than a share of both together. */
function overlapping({ width, height }: Size, most: number): [dx: number, dy: number][] {
  const found: [number, number][] = [];
  for (let dy = 1 - height; dy < height; dy++) {
    for (let dx = 1 - width; dx < width; dx++) {
      const common = (width - Math.abs(dx)) * (height - Math.abs(dy));
      if (common > most * (2 * width * height - common)) found.push([dx, dy]);
    }
  }
  return found;
}
