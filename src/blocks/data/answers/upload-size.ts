import { roundHalfEven } from "../../../base/round-half-even.ts";

export interface Size {
  width: number;
  height: number;
}

const LONGEST_EDGE = 2048;

/** The size in which a picture is sent to a service that takes edges up to a length. */
export function longestEdge({ width, height }: Size, most: number = LONGEST_EDGE): Size {
  const longest = Math.max(width, height);
  if (longest <= most) return { width, height };
  const scaled = (side: number) => {
    return side === longest ? most : Math.max(roundHalfEven((side * most) / longest), 1);
  };
  return { width: scaled(width), height: scaled(height) };
}

/** Pixels of the square tiles that Claude's pictures are cut into, and what a picture may have of them. */
const TILE = 28;
const MOST_TILES = 4784;
const LONGEST_TILED_EDGE = 2576;

/** The size to which Claude's service scales a picture: the largest of its shape within both limits. */
export function anthropicUpload({ width, height }: Size): Size {
  if (isTaken(width, height)) return { width, height };
  const [long, short] = width >= height ? [width, height] : [height, width];
  const ratio = long / short;
  const other = (edge: number) => Math.max(roundHalfEven(edge / ratio), 1);
  let [low, high] = [1, long];
  while (low + 1 < high) {
    const middle = Math.floor((low + high) / 2);
    if (isTaken(middle, other(middle))) low = middle;
    else high = middle;
  }
  return width >= height ? { width: low, height: other(low) } : { width: other(low), height: low };
}

function isTaken(width: number, height: number): boolean {
  const [across, down] = [Math.ceil(width / TILE), Math.ceil(height / TILE)];
  return Math.max(across, down) * TILE <= LONGEST_TILED_EDGE && across * down <= MOST_TILES;
}
