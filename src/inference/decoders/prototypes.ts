import type { CellWindow, OutputTensor } from "../families/family.ts";

/** Where the coefficients of an object's mask are. */
export interface Coefficients {
  data: Float32Array;
  first: number;
  step: number;
}

/** The logistic function of the coefficients' mix of prototypes, for the cells of a window (Bolya et al., "YOLACT", 2019). */
export function mixPrototypes(
  prototypes: OutputTensor,
  index: number,
  { data, first, step }: Coefficients,
  window: CellWindow,
): Float32Array {
  const [, channels = 0, down = 0, across = 0] = prototypes.dims;
  const scores = new Float32Array(window.width * window.height);
  for (let channel = 0; channel < channels; channel++) {
    const weight = data[first + channel * step]!;
    const plane = (index * channels + channel) * down * across;
    for (let y = 0, to = 0; y < window.height; y++) {
      const from = plane + (window.y + y) * across + window.x;
      for (let x = 0; x < window.width; x++, to++) scores[to]! += weight * prototypes.data[from + x]!;
    }
  }
  for (let i = 0; i < scores.length; i++) scores[i] = 1 / (1 + Math.exp(-scores[i]!));
  return scores;
}

/** Size of the maps that prototypes mix to. */
export function prototypeSize(prototypes: OutputTensor): { width: number; height: number } {
  return { width: prototypes.dims[3]!, height: prototypes.dims[2]! };
}
