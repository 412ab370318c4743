import { PictureMemory, type SeenPicture } from "../../src/daemon/models/picture-memory.ts";
import { type FrameHandle, LUMINANCE, renditionKey } from "../../src/kinds/frame.ts";

/** Decides whether a model looks at a frame; its pictures are grey, of 160x90. */
export interface Rule {
  name: string;
  open: () => Memory;
}

export interface Memory {
  /** The next frame. */
  see: (frame: number, luminance: Uint8Array) => void;
  /** Whether it shows nothing that an earlier one did not. */
  isLike: (earlier: number) => boolean;
}

export const RULES: readonly Rule[] = [
  ...[4, 6, 8].map((change): Rule => ({ name: `pixels, ${change}`, open: () => byPixels(change) })),
  ...[2, 4].flatMap((side) =>
    [
      [1.5, 5],
      [2, 6],
      [3, 6],
    ].map(([least = 0, noises = 0]): Rule => {
      return {
        name: `cells of ${side}, ${least} or ${noises} times the noise`,
        open: () => byCells(side, { least, noises }),
      };
    }),
  ),
];

/** The program's own. */
function byPixels(change: number): Memory {
  const { width, height } = LUMINANCE;
  const arena = new SharedArrayBuffer(width * height);
  const memory = new PictureMemory(arena);
  const seen: SeenPicture[] = [];
  return {
    see(frame, luminance) {
      new Uint8Array(arena).set(luminance);
      const rendition = { key: renditionKey(LUMINANCE), offset: 0, ...LUMINANCE };
      const picture = memory.see({ width, height, renditions: [rendition] } as unknown as FrameHandle);
      if (picture !== null) seen[frame] = picture;
    },
    isLike(earlier) {
      const [now, before] = [seen.at(-1), seen[earlier]];
      return now !== undefined && before !== undefined && memory.isLike(now, before, change);
    },
  };
}

const FADING = 0.9;

/** The mean of each small cell, in which noise cancels out, against the noise of this camera's cells from frame to frame. */
function byCells(side: number, { least, noises }: { least: number; noises: number }): Memory {
  const seen: Float32Array[] = [];
  let noise = 0;
  return {
    see(frame, luminance) {
      const cells = cellsOf(luminance, side);
      const before = seen[frame - 1];
      if (before !== undefined) noise = Math.max(deviation(cells, before), noise * FADING);
      seen[frame] = cells;
    },
    isLike(earlier) {
      const [now, before] = [seen.at(-1), seen[earlier]];
      if (now === undefined || before === undefined) return false;
      const limit = Math.max(least, noises * noise);
      return now.every((value, i) => Math.abs(value - (before[i] ?? 0)) < limit);
    },
  };
}

function cellsOf(luminance: Uint8Array, side: number): Float32Array {
  const { width, height } = LUMINANCE;
  const [columns, rows] = [Math.floor(width / side), Math.floor(height / side)];
  return Float32Array.from({ length: columns * rows }, (_, cell) => {
    const [left, top] = [(cell % columns) * side, Math.floor(cell / columns) * side];
    let sum = 0;
    for (let y = top; y < top + side; y++)
      for (let x = left; x < left + side; x++) sum += luminance[y * width + x] ?? 0;
    return sum / side ** 2;
  });
}

/** Of cells where nothing happens, as most are: by the median. */
function deviation(now: Float32Array, before: Float32Array): number {
  const apart = now.map((value, i) => Math.abs(value - (before[i] ?? 0))).sort();
  return 1.4826 * (apart[apart.length >> 1] ?? 0);
}
