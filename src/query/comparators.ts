import { areEqual, elementsOf, isIn, orderOf, sizeOf } from "./python-values.ts";
import { describeValue, queryError, type Site } from "./query-error.ts";
import { isInsidePolygon } from "./zone.ts";

export type Compare = (left: unknown, right: unknown, site: Site) => boolean;
export type Test = (value: unknown, site: Site) => boolean;

/** Comparators of statements with two operands. */
export const COMPARATORS: Readonly<Record<string, Compare>> = {
  "(Number) ==": areEqual,
  "==": areEqual,
  "(Number) !=": (a, b) => !areEqual(a, b),
  "!=": (a, b) => !areEqual(a, b),
  "(Number) >": (a, b, site) => compared(a, b, site) > 0,
  "(Number) >=": (a, b, site) => compared(a, b, site) >= 0,
  "(Number) <": (a, b, site) => compared(a, b, site) < 0,
  "(Number) <=": (a, b, site) => compared(a, b, site) <= 0,
  "(Number) in range": isInRange,
  "(String) startsWith": (a, b, site) => text(a, site).startsWith(text(b, site)),
  "(String) endsWith": (a, b, site) => text(a, site).endsWith(text(b, site)),
  "(String) contains": (a, b, site) => contained(b, a, site),
  "in (Sequence)": contained,
  "any in (Sequence)": (a, b, site) => list(a, site).some((element) => contained(element, b, site)),
  "all in (Sequence)": (a, b, site) => list(a, site).every((element) => contained(element, b, site)),
  "(Detection) in zone": (a, b, site) => isInsidePolygon(point(a, site), polygon(b, site)),
};

/** Operators of statements with one operand. */
export const TESTS: Readonly<Record<string, Test>> = {
  Exists: (value) => value !== null && value !== undefined,
  DoesNotExist: (value) => value === null || value === undefined,
  "(Boolean) is True": (value) => value === true,
  "(Boolean) is False": (value) => value === false,
  "(Sequence) is empty": (value, site) => size(value, site) === 0,
  "(Sequence) is not empty": (value, site) => size(value, site) > 0,
};

function compared(a: unknown, b: unknown, site: Site): number {
  const order = orderOf(a, b);
  if (order === undefined) throw failed(`cannot compare ${describeValue(a)} with ${describeValue(b)}`, site);
  return order;
}

function isInRange(value: unknown, range: unknown, site: Site): boolean {
  if (!Array.isArray(range) || range.length < 2) {
    throw failed(`expected a list of two numbers as range, got ${describeValue(range)}`, site);
  }
  return compared(range[0], value, site) <= 0 && compared(value, range[1], site) <= 0;
}

function text(value: unknown, site: Site): string {
  if (typeof value !== "string") throw failed(`expected a text, got ${describeValue(value)}`, site);
  return value;
}

function contained(item: unknown, container: unknown, site: Site): boolean {
  const found = isIn(item, container);
  if (found === undefined) throw failed(`cannot look for ${describeValue(item)} in ${describeValue(container)}`, site);
  return found;
}

function list(value: unknown, site: Site): readonly unknown[] {
  const found = elementsOf(value);
  if (found === undefined) throw failed(`expected a sequence, got ${describeValue(value)}`, site);
  return found;
}

function size(value: unknown, site: Site): number {
  const found = sizeOf(value);
  if (found === undefined) throw failed(`${describeValue(value)} has no length`, site);
  return found;
}

function point(value: unknown, site: Site): readonly [number, number] {
  if (!isPoint(value)) throw failed(`expected a point of two numbers, got ${describeValue(value)}`, site);
  return value;
}

function polygon(value: unknown, site: Site): readonly (readonly [number, number])[] {
  // An empty zone holds nothing.
  if (Array.isArray(value) && (value.length === 0 || value.length >= 3) && value.every(isPoint)) return value;
  throw failed(`expected a polygon of at least three points, got ${describeValue(value)}`, site);
}

function isPoint(value: unknown): value is readonly [number, number] {
  return Array.isArray(value) && typeof value[0] === "number" && typeof value[1] === "number";
}

function failed(message: string, site: Site) {
  return queryError("EvaluationEngineError", message, site);
}
