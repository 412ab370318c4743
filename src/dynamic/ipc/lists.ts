import type { ReadBudget } from "./bounds.ts";
import type { Segment } from "./segments.ts";

/** Memory of a list beside its items, in numbers. */
const LIST_COST = 4;

/** Numbers of a segment as lists in lists, as its shape says; truth values for `bool`. */
export function nestedList({ dtype, shape, data }: Segment, budget: ReadBudget): unknown {
  const read = dtype === "bool" ? (i: number) => data[i] === 1 : (i: number) => plainNumber(data[i] ?? 0);
  let next = 0;
  const level = (depth: number): unknown => {
    const count = shape[depth];
    if (count === undefined) return read(next++);
    budget.spend(LIST_COST + count);
    return Array.from({ length: count }, () => level(depth + 1));
  };
  return level(0);
}

/** 64-bit integers are numbers wherever a number holds them exactly. */
function plainNumber(value: number | bigint): number | bigint {
  if (typeof value === "number") return value;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}
