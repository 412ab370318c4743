import type { Pairs } from "../../src/tracking/pairing/touching.ts";

/** Every row with every column, at what `values` says row by row. */
export function allPairs(values: Float64Array, rows: number, columns: number): Pairs {
  const starts = Uint32Array.from({ length: rows + 1 }, (_, row) => row * columns);
  return { starts, columns: Uint32Array.from(values.keys(), (at) => at % columns), costs: values };
}
