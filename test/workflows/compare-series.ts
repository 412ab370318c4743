import { brief } from "./json-value.ts";

/**
 * `$series` is a list of [index, value]: from that element on the value is expected. Elements within `slack` of a change
 * are not compared, and of the others `misses` may differ.
 */
export function seriesFaults(actual: unknown, expected: Readonly<Record<string, unknown>>, at: string): string[] {
  if (!Array.isArray(actual)) return [`${at} is ${brief(actual)}, expected a list`];
  const steps = expected["$series"] as [number, unknown][];
  const { slack = 0, misses = 0, length } = expected as { slack?: number; misses?: number; length: number };
  if (actual.length !== length) return [`${at} has ${actual.length} elements, expected ${length}`];
  const changes = steps.map(([index]) => index).filter((index) => index > 0);
  const wrong: string[] = [];
  for (const [i, value] of actual.entries()) {
    if (changes.some((change) => i >= change - slack && i < change + slack)) continue;
    const wanted = steps.findLast(([index]) => index <= i)?.[1];
    if (value !== wanted) wrong.push(`${at}/${i} is ${brief(value)}, expected ${brief(wanted)}`);
  }
  return wrong.length > misses ? wrong : [];
}
