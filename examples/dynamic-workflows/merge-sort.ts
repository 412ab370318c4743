import { type Dynamic, dynamic, kind, pipeline, step } from "millrace";

// A step that makes itself again, as deep as its limit allows.

type Lists = { numbers: "list_of_values" };
type Sorted = { sorted: "list_of_values" };

const merge = step(
  { name: "merge", inputs: { left: kind.list, right: kind.list }, outputs: { sorted: kind.list } },
  ({ left, right }) => ({ sorted: merged(left as number[], right as number[]) }),
);

function merged([...a]: number[], [...b]: number[]): number[] {
  const sorted: number[] = [];
  for (let from = a; a.length > 0 && b.length > 0; ) {
    from = Number(a[0]) <= Number(b[0]) ? a : b;
    sorted.push(...from.splice(0, 1));
  }
  return [...sorted, ...a, ...b];
}

const half = step(
  { name: "half", inputs: { numbers: kind.list, isLeft: kind.boolean }, outputs: { part: kind.list } },
  ({ numbers, isLeft }) => {
    const middle = Math.ceil(numbers.length / 2);
    return { part: isLeft ? numbers.slice(0, middle) : numbers.slice(middle) };
  },
);

/** A step that refers to itself needs its type written down. */
export const mergeSort: Dynamic<Lists, Sorted> = dynamic(
  {
    name: "merge_sort",
    inputs: { numbers: kind.list },
    outputs: { sorted: kind.list },
    recursive: true,
    limits: { maxDepth: 8, maxExpansions: 256 },
  },
  (_, { numbers }) => {
    if (numbers.length < 2) return { sorted: [...numbers] };
    const p = pipeline("merge_sort");
    const sortedHalf = (isLeft: boolean) => {
      const { part } = p.step(half, { numbers, isLeft });
      return p.dynamic(mergeSort, { numbers: part }).sorted;
    };
    return p.outputs({ sorted: p.step(merge, { left: sortedHalf(true), right: sortedHalf(false) }).sorted });
  },
);
