import { StepError } from "../base/errors.ts";
import type { ForEachSubworkflow } from "../compiler/plan.ts";
import { type Detections, isDetections, withItems } from "../kinds/detections.ts";

/** Values of one item by the names of the workflow's inputs. */
export type Item = Readonly<Record<string, unknown>>;

/** The items of one element: corresponding entries of all its lists, or every combination of them. */
export function itemsOf(
  element: Readonly<Record<string, unknown>>,
  subworkflow: ForEachSubworkflow,
  isProduct: boolean,
): Item[] {
  const lists = subworkflow.over.map(
    ({ name, property }) => [name, entriesOf(element[property], name, subworkflow)] as const,
  );
  return isProduct ? combined(lists) : paired(lists);
}

type Lists = readonly (readonly [name: string, entries: readonly unknown[]])[];

function entriesOf(value: unknown, name: string, { iterate }: ForEachSubworkflow): readonly unknown[] {
  if (isDetections(value) && iterate === "items") return value.items.map((item) => withItems(value, [item]));
  if (Array.isArray(value)) return value;
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) return Array.from(value as Float32Array);
  const found = value === null ? "null" : typeof value;
  throw new StepError("STEP_INPUT", `"over" gives ${found} for "${name}", expected detections or a list`);
}

function paired(lists: Lists): Item[] {
  const [first] = lists;
  const odd = lists.find(([, entries]) => entries.length !== first?.[1].length);
  if (first !== undefined && odd !== undefined) {
    const what = `"${first[0]}" has ${first[1].length} items and "${odd[0]}" ${odd[1].length}`;
    throw new StepError("STEP_INPUT", `${what}, expected as many; "product" combines them all`);
  }
  return (first?.[1] ?? []).map((_, i) => Object.fromEntries(lists.map(([name, entries]) => [name, entries[i]])));
}

function combined(lists: Lists): Item[] {
  return lists.reduce<Item[]>(
    (items, [name, entries]) => items.flatMap((item) => entries.map((entry) => ({ ...item, [name]: entry }))),
    [{}],
  );
}

/** How many items there are, without making them. */
export function countItems(
  element: Readonly<Record<string, unknown>>,
  subworkflow: ForEachSubworkflow,
  isProduct: boolean,
): number {
  const counts = subworkflow.over.map(({ name, property }) => entriesOf(element[property], name, subworkflow).length);
  return isProduct ? counts.reduce((a, b) => a * b, 1) : (counts[0] ?? 0);
}

/** A field of an item, looked for in each of its values: of a detection, or of an object; undefined when none has it. */
export function fieldOf(item: Item, field: string): unknown {
  for (const [name, value] of Object.entries(item)) {
    if (name === field && (typeof value !== "object" || value === null)) return value;
    const found = isDetections(value) ? ofDetection(value, field) : ofObject(value, field);
    if (found !== undefined) return found;
  }
  return undefined;
}

function ofDetection({ items: [item] }: Detections, field: string): unknown {
  if (item === undefined) return undefined;
  const [x1, y1, x2, y2] = item.box;
  const known: Readonly<Record<string, unknown>> = {
    confidence: item.confidence,
    class: item.class,
    class_name: item.class,
    class_id: item.classId,
    detection_id: item.detectionId,
    tracker_id: item.trackerId,
    time_in_zone: item.timeInZone,
    area: (x2 - x1) * (y2 - y1),
    width: x2 - x1,
    height: y2 - y1,
    x: (x1 + x2) / 2,
    y: (y1 + y2) / 2,
  };
  return Object.hasOwn(known, field) ? known[field] : item.data?.[field];
}

function ofObject(value: unknown, field: string): unknown {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, field)) return undefined;
  return (value as Record<string, unknown>)[field];
}

/** Items in the order of a field, `-field` from the greatest to the least; equal ones and those without it as they were. */
export function ordered<T extends { item: Item }>(items: readonly T[], orderBy: string): T[] {
  const isFalling = orderBy.startsWith("-");
  const field = isFalling ? orderBy.slice(1) : orderBy;
  const sign = isFalling ? -1 : 1;
  return items.toSorted((a, b) => sign * compare(fieldOf(a.item, field), fieldOf(b.item, field), sign));
}

function compare(a: unknown, b: unknown, sign: number): number {
  if (a === undefined || b === undefined) return a === b ? 0 : sign * (a === undefined ? 1 : -1);
  if (typeof a === "number" && typeof b === "number") return a - b;
  const [left, right] = [String(a), String(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}
