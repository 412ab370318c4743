import { detectionFaults } from "./compare-detections.ts";
import { seriesFaults } from "./compare-series.ts";
import { Picture } from "./decode-pictures.ts";
import type { Tolerance } from "./golden-case.ts";
import { brief, type Differ, type Entries, isEntries } from "./json-value.ts";

/**
 * What differs from the expected, a sentence for each. Expected is JSON; objects with a key that begins with $ say what
 * must hold instead: $detections, $picture, $series, $near, $has, $text.
 */
export function differences(actual: unknown, expected: unknown, tolerance: Tolerance, at = ""): string[] {
  const differ = (found: unknown, wanted: unknown, place: string) => differences(found, wanted, tolerance, place);
  if (isEntries(expected)) {
    const matcher = Object.keys(expected).find((key) => key.startsWith("$"));
    if (matcher === "$detections") return detectionFaults(actual, expected, { at, tolerance, differ });
    if (matcher === "$picture") return pictureFaults(actual, expected, at, differ);
    if (matcher === "$series") return seriesFaults(actual, expected, at);
    if (matcher === "$near") return numberFaults(actual, expected["$near"], Number(expected["by"]), at);
    if (matcher === "$has") return partFaults(actual, expected["$has"], at, differ);
    if (matcher === "$text") return textFaults(actual, String(expected["$text"]), at);
    return objectFaults(actual, expected, at, differ);
  }
  if (Array.isArray(expected)) return listFaults(actual, expected, at, differ);
  if (typeof expected === "number") return numberFaults(actual, expected, tolerance.number, at);
  return actual === expected ? [] : [`${at} is ${brief(actual)}, expected ${brief(expected)}`];
}

function objectFaults(actual: unknown, expected: Entries, at: string, differ: Differ): string[] {
  if (!isEntries(actual)) return [`${at} is ${brief(actual)}, expected an object`];
  const unexpected = Object.keys(actual).filter((key) => !Object.hasOwn(expected, key));
  return [
    ...unexpected.map((key) => `${at}/${key} is ${brief(actual[key])}, expected nothing`),
    ...partFaults(actual, expected, at, differ),
  ];
}

function partFaults(actual: unknown, expected: unknown, at: string, differ: Differ): string[] {
  if (!isEntries(actual) || !isEntries(expected)) return [`${at} is ${brief(actual)}, expected an object`];
  return Object.entries(expected).flatMap(([key, wanted]) => differ(actual[key], wanted, `${at}/${key}`));
}

function listFaults(actual: unknown, expected: readonly unknown[], at: string, differ: Differ): string[] {
  if (!Array.isArray(actual) || actual.length !== expected.length) {
    return [`${at} is ${brief(actual)}, expected a list of ${expected.length}: ${brief(expected)}`];
  }
  return expected.flatMap((wanted, i) => differ(actual[i], wanted, `${at}/${i}`));
}

function numberFaults(actual: unknown, expected: unknown, by: number, at: string): string[] {
  const isNear = typeof actual === "number" && Math.abs(actual - Number(expected)) <= by;
  return isNear ? [] : [`${at} is ${brief(actual)}, expected ${expected} within ${by}`];
}

function textFaults(actual: unknown, pattern: string, at: string): string[] {
  const matches = typeof actual === "string" && new RegExp(pattern).test(actual);
  return matches ? [] : [`${at} is ${brief(actual)}, expected a text that matches ${pattern}`];
}

/** `$picture` is the size, `pixels` are [x, y, [r, g, b]] within `by`; `origin` is compared when it is there. */
function pictureFaults(actual: unknown, expected: Entries, at: string, differ: Differ): string[] {
  if (!(actual instanceof Picture)) return [`${at} is ${brief(actual)}, expected a picture`];
  const faults = differ([actual.width, actual.height], expected["$picture"], `${at}/size`);
  const by = Number(expected["by"] ?? 0);
  for (const [x, y, color] of (expected["pixels"] ?? []) as [number, number, number[]][]) {
    const found = actual.pixel(x, y);
    const isNear = found.every((part, i) => Math.abs(part - (color[i] ?? 0)) <= by);
    if (!isNear) faults.push(`${at} at ${x},${y} is ${found}, expected ${color} within ${by}`);
  }
  return expected["origin"] === undefined
    ? faults
    : [...faults, ...differ(actual.origin, expected["origin"], `${at}/origin`)];
}
