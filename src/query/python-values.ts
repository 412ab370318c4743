import { isDetections } from "../kinds/detections.ts";
import { isImage } from "../kinds/image.ts";

// The language of the reference is Python's; these are its rules for truth, equality, order and membership.

/** Python's `bool(value)`. */
export function isTruthy(value: unknown): boolean {
  if (value === null || value === undefined || value === false || value === 0 || value === "") return false;
  const size = sizeOf(value);
  return size === undefined || size > 0;
}

/** Python's `len(value)`, undefined for what has none. Texts count code points. */
export function sizeOf(value: unknown): number | undefined {
  if (typeof value === "string") return hasSurrogates(value) ? [...value].length : value.length;
  if (Array.isArray(value)) return value.length;
  if (isDetections(value)) return value.items.length;
  if (isNumbers(value)) return value.length;
  return isDictionary(value) ? Object.keys(value).length : undefined;
}

/** What `for element in value` visits, undefined for what cannot be visited. */
export function elementsOf(value: unknown): readonly unknown[] | undefined {
  if (Array.isArray(value)) return value;
  if (typeof value === "string") return [...value];
  if (isDetections(value)) return value.items;
  if (isNumbers(value)) return [...value];
  return isDictionary(value) ? Object.keys(value) : undefined;
}

/** Python's `a == b`: true equals 1, lists and dictionaries are compared by their content. */
export function areEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  const [left, right] = [exactNumber(a), exactNumber(b)];
  if (left !== undefined && right !== undefined) return signOf(left, right) === 0;
  if (left !== undefined || right !== undefined) return false;
  if (a instanceof Date && b instanceof Date) return a.getTime() === b.getTime();
  if (isSequence(a) && isSequence(b)) return a.length === b.length && a.every((item, i) => areEqual(item, b[i]));
  if (!isDictionary(a) || !isDictionary(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && areEqual(a[key], b[key]))
  );
}

/** Sign of Python's order of two values, NaN when none of `<`, `==`, `>` holds, undefined when it has none. */
export function orderOf(a: unknown, b: unknown): number | undefined {
  const [left, right] = [exactNumber(a), exactNumber(b)];
  if (left !== undefined && right !== undefined) return signOf(left, right);
  if (typeof a === "string" && typeof b === "string") return signOf(a, b);
  if (a instanceof Date && b instanceof Date) return signOf(a.getTime(), b.getTime());
  if (!Array.isArray(a) || !Array.isArray(b)) return undefined;
  const at = a.findIndex((item, i) => i >= b.length || !areEqual(item, b[i]));
  if (at === -1) return a.length === b.length ? 0 : -1;
  return at >= b.length ? 1 : orderOf(a[at], b[at]);
}

/** Python's `item in container`, undefined where Python raises a TypeError. */
export function isIn(item: unknown, container: unknown): boolean | undefined {
  if (typeof container === "string") return typeof item === "string" ? container.includes(item) : undefined;
  if (isSequence(container)) return container.some((element) => areEqual(item, element));
  // Lists and dictionaries have no hash, so asking for one as a key is a mistake.
  if (!isDictionary(container) || isSequence(item) || isDictionary(item)) return undefined;
  return typeof item === "string" && Object.hasOwn(container, item);
}

/** Numbers, and booleans as the numbers that Python takes them for; of a long integer from code the nearest number. */
export function asNumber(value: unknown): number | undefined {
  if (typeof value === "number") return value;
  return typeof value === "boolean" || typeof value === "bigint" ? Number(value) : undefined;
}

/** The same for comparison, which long integers do without loss. */
function exactNumber(value: unknown): number | bigint | undefined {
  return typeof value === "bigint" ? value : asNumber(value);
}

export function isDictionary(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  if (value instanceof Date || ArrayBuffer.isView(value)) return false;
  return !isDetections(value) && !isImage(value);
}

export function hasSurrogates(text: string): boolean {
  return /[\ud800-\udfff]/.test(text);
}

type Numbers = Float32Array | Float64Array | Uint8Array | Int32Array;

function isNumbers(value: unknown): value is Numbers {
  return ArrayBuffer.isView(value) && "length" in value;
}

function isSequence(value: unknown): value is readonly unknown[] {
  return Array.isArray(value) || isNumbers(value);
}

function signOf<T extends number | bigint | string>(a: T, b: T): number {
  if (a < b) return -1;
  if (a > b) return 1;
  return a >= b ? 0 : Number.NaN;
}
