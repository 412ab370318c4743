import { mapValues, tableOf } from "../contrast/map-values.ts";
import type { Raster } from "../raster.ts";

/** What becomes of a value above the threshold, and of others. */
const RULES = {
  binary: (value: number, { at, max }: Cut) => (value > at ? max : 0),
  binary_inv: (value: number, { at, max }: Cut) => (value > at ? 0 : max),
  trunc: (value: number, { at }: Cut) => (value > at ? at : value),
  tozero: (value: number, { at }: Cut) => (value > at ? value : 0),
  tozero_inv: (value: number, { at }: Cut) => (value > at ? 0 : value),
} as const;

export type ThresholdRule = keyof typeof RULES;

export const THRESHOLD_RULES = Object.keys(RULES) as ThresholdRule[];

/** Both may lie outside of 0 to 255. */
export interface Cut {
  at: number;
  max: number;
}

/** Cuts each channel by itself. */
export function threshold<R extends Raster>(raster: R, rule: ThresholdRule, cut: Cut): R {
  const outcome = RULES[rule];
  return mapValues(
    raster,
    tableOf((value) => outcome(value, cut)),
  );
}
