import type { Segment } from "./wire-segments.ts";

/** Numbers of a segment as lists in lists, as its shape says; truth values for `bool`. */
export function nestedList({ dtype, shape, data }: Segment): unknown {
  const read = dtype === "bool" ? (i: number) => data[i] === 1 : (i: number) => plainNumber(data[i] ?? 0);
  let next = 0;
  const level = (depth: number): unknown => {
    const count = shape[depth];
    return count === undefined ? read(next++) : Array.from({ length: count }, () => level(depth + 1));
  };
  return level(0);
}

/** 64-bit integers are numbers wherever a number holds them exactly. */
function plainNumber(value: number | bigint): number | bigint {
  if (typeof value === "number") return value;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}
