import type { Region } from "../../../kinds/image.ts";

interface Size {
  width: number;
  height: number;
}

export interface Grid extends Size {
  /** Shares of a tile's sides that the next one covers as well, below 1. */
  overlapX: number;
  overlapY: number;
}

/** Tiles row by row, cut off where the picture ends. */
export function tilesFromTheLeft(picture: Size, { width, height, overlapX, overlapY }: Grid): Region[] {
  const xs = starts(picture.width, width, overlapX);
  const ys = starts(picture.height, height, overlapY);
  return ys.flatMap((y) => {
    return xs.map((x) => {
      return { x, y, width: Math.min(width, picture.width - x), height: Math.min(height, picture.height - y) };
    });
  });
}

/** Tiles row by row, moved back where the picture ends, so that all have one size; each place once. */
export function sameSizeTiles(picture: Size, grid: Grid): Region[] {
  const [width, height] = [Math.min(grid.width, picture.width), Math.min(grid.height, picture.height)];
  const back = (limit: number) => (start: number) => Math.min(start, limit);
  const xs = new Set(starts(picture.width, width, grid.overlapX).map(back(picture.width - width)));
  const ys = new Set(starts(picture.height, height, grid.overlapY).map(back(picture.height - height)));
  return [...ys].flatMap((y) => [...xs].map((x) => ({ x, y, width, height })));
}

function starts(length: number, tile: number, overlap: number): number[] {
  const stride = Math.max(1, tile - Math.trunc(overlap * tile));
  return Array.from({ length: Math.ceil(length / stride) }, (_, i) => i * stride);
}
