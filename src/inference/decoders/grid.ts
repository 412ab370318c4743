import type { ModelFacts } from "../families/family.ts";

/** Strides of the feature maps that anchor-free YOLO models predict on, the usual ones first. */
const PYRAMIDS: readonly (readonly number[])[] = [
  [8, 16, 32],
  [8, 16, 32, 64],
  [4, 8, 16, 32],
  [8, 16],
];

/** The strides whose maps of a `width` x `height` input have `count` cells together, or null. */
export function stridesOf(width: number, height: number, count: number): readonly number[] | null {
  return PYRAMIDS.find((strides) => cellCount(width, height, strides) === count) ?? null;
}

/** Why `count` is no number of cells, telling the one of the usual strides. */
export function wrongCount(width: number, height: number, count: number): string {
  const usual = cellCount(width, height, [8, 16, 32]);
  if (usual === null) return `the input of ${width}x${height} is no multiple of 32`;
  return `expected ${usual}, the cells of strides 8, 16 and 32 of ${width}x${height}, found ${count}`;
}

/** Cells of all maps of a pyramid; null when the sides are no multiples of its coarsest stride. */
function cellCount(width: number, height: number, strides: readonly number[]): number | null {
  const coarsest = Math.max(...strides);
  if (width % coarsest !== 0 || height % coarsest !== 0) return null;
  return strides.reduce((sum, stride) => sum + (width / stride) * (height / stride), 0);
}

/** Whether there are as many rows as a cell's three anchors have together; a free number of rows has to be stated. */
export function anchorRows(
  rows: number | string,
  { image: { width, height }, stated }: Pick<ModelFacts, "image" | "stated">,
): { fits: boolean; reason: string } {
  if (typeof rows === "string") {
    if (stated) return { fits: true, reason: "a free number of rows, as stated," };
    return { fits: false, reason: "the number of rows is free, so YOLOv5 cannot be distinguished from YOLOX" };
  }
  if (width === null || height === null) {
    return { fits: false, reason: "the number of rows is fixed while the size of the input is free" };
  }
  const strides = rows % ANCHORS === 0 ? stridesOf(width, height, rows / ANCHORS) : null;
  if (strides !== null) return { fits: true, reason: `${rows} rows, three anchors of strides ${strides.join(", ")},` };
  return { fits: false, reason: `${rows} rows are not three for each cell of strides 8, 16 and 32` };
}

const ANCHORS = 3;
