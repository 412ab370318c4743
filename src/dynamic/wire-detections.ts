import { MillraceError } from "../base/errors.ts";
import type { Detection, Detections } from "../kinds/detections.ts";
import { placementFromWire, placementToWire } from "./wire-placement.ts";
import type { Segment } from "./wire-segments.ts";
import type { WireReader, WireWriter } from "./wire-values.ts";

/** Rows of the table that all detections have: four edges, confidence, number of the class, place of its name. */
const ROWS = 7;
const OPTIONAL_ROWS = ["tracker_id", "time_in_zone"] as const;

/** Detections as one table with a row for each field, several times quicker than as objects. Numbers have 4 bytes where that loses nothing. */
export function detectionsToWire(detections: Detections, writer: WireWriter): Record<string, unknown> {
  const { items, width, height, parentId, parent, root, inferenceId } = detections;
  if (!Array.isArray(items)) throw writer.refuse("detections without items");
  const count = items.length;
  const names = new Map<string, number>();
  const table = room((ROWS + OPTIONAL_ROWS.length) * count);
  const ids: string[] = [];
  let [hasTracker, hasZone, hasData] = [false, false, false];
  let i = 0;
  for (const item of items) {
    if (!isDetection(item)) throw writer.refuse(`detections whose item ${i} lacks a part or has a wrong one`);
    const { box, trackerId, timeInZone } = item;
    table[i] = box[0];
    table[count + i] = box[1];
    table[2 * count + i] = box[2];
    table[3 * count + i] = box[3];
    table[4 * count + i] = item.confidence;
    table[5 * count + i] = item.classId;
    table[6 * count + i] = numberOf(names, item.class);
    table[7 * count + i] = trackerId ?? Number.NaN;
    table[8 * count + i] = timeInZone ?? Number.NaN;
    hasTracker ||= trackerId !== undefined;
    hasZone ||= timeInZone !== undefined;
    hasData ||= item.data !== undefined;
    ids.push(item.detectionId);
    i++;
  }
  if (hasZone && !hasTracker) table.copyWithin(7 * count, 8 * count, 9 * count);
  const has = [hasTracker, hasZone];
  const optional = OPTIONAL_ROWS.filter((_, n) => has[n]);
  const rows = ROWS + optional.length;
  return {
    $: "detections",
    s: writer.add("detections", narrowest(table.subarray(0, rows * count)), [rows, count]),
    optional,
    classes: [...names.keys()],
    ids,
    ...(hasData ? { data: dataToWire(items, writer) } : {}),
    width,
    height,
    parent_id: parentId,
    parent: placementToWire(parent),
    root: placementToWire(root),
    ...(inferenceId === undefined ? {} : { inference_id: inferenceId }),
  };
}

/** The reverse, every part checked. Throws DYNAMIC_PROTOCOL. */
export function detectionsFromWire(json: Record<string, unknown>, reader: WireReader): Detections {
  const { width, height, parent_id: parentId, inference_id: inferenceId } = json;
  if (typeof width !== "number" || typeof height !== "number" || typeof parentId !== "string") {
    throw garbled("the size and name of their picture");
  }
  return {
    kind: "detections",
    items: itemsOf(json, reader),
    width,
    height,
    parentId,
    parent: json["parent"] === null ? null : placementFromWire(json["parent"]),
    root: placementFromWire(json["root"]),
    ...(typeof inferenceId === "string" ? { inferenceId } : {}),
  };
}

function itemsOf(json: Record<string, unknown>, reader: WireReader): Detection[] {
  const segment = reader.take(json["s"]);
  const [optional, classes, ids] = [textsOf(json["optional"]), textsOf(json["classes"]), textsOf(json["ids"])];
  const count = ids.length;
  const [rows, columns] = segment.shape;
  if (segment.shape.length !== 2 || rows !== ROWS + optional.length || columns !== count) {
    throw garbled("a number for each field and an id for each");
  }
  const table = numbersOf(segment);
  const row = (name: (typeof OPTIONAL_ROWS)[number]) => {
    const at = optional.indexOf(name);
    return at < 0 ? null : table.subarray((ROWS + at) * count, (ROWS + at + 1) * count);
  };
  const [tracker, inZone] = [row("tracker_id"), row("time_in_zone")];
  const data = json["data"] === undefined ? null : dataFromWire(json["data"], count, reader);
  const items: Detection[] = [];
  for (let i = 0; i < count; i++) {
    const classId = table[5 * count + i] ?? 0;
    const item: Detection = {
      box: [table[i] ?? 0, table[count + i] ?? 0, table[2 * count + i] ?? 0, table[3 * count + i] ?? 0],
      confidence: table[4 * count + i] ?? 0,
      class: classes[table[6 * count + i] ?? 0] ?? String(classId),
      classId,
      detectionId: ids[i] ?? "",
    };
    const [trackerId, seconds, fields] = [tracker?.[i], inZone?.[i], data?.[i]];
    if (trackerId !== undefined && !Number.isNaN(trackerId)) item.trackerId = trackerId;
    if (seconds !== undefined && !Number.isNaN(seconds)) item.timeInZone = seconds;
    if (fields !== undefined) item.data = fields;
    items.push(item);
  }
  return items;
}

let scratch = new Float64Array(1024);

/** Memory for one table, used again for the next. */
function room(count: number): Float64Array {
  if (scratch.length < count) scratch = new Float64Array(2 * count);
  return scratch;
}

function isDetection(item: unknown): item is Detection {
  const {
    box,
    confidence,
    class: name,
    classId,
    detectionId,
  } = (item ?? {}) as Partial<Record<keyof Detection, unknown>>;
  const isBox =
    Array.isArray(box) && box.length === 4 && isEdge(box[0]) && isEdge(box[1]) && isEdge(box[2]) && isEdge(box[3]);
  const isNamed = typeof name === "string" && typeof detectionId === "string";
  return isBox && isNamed && typeof confidence === "number" && typeof classId === "number";
}

function isEdge(edge: unknown): boolean {
  return typeof edge === "number";
}

function numberOf(names: Map<string, number>, name: string): number {
  const known = names.get(name);
  if (known !== undefined) return known;
  names.set(name, names.size);
  return names.size - 1;
}

/** A copy, of 4 bytes a number if that holds them all. */
function narrowest(values: Float64Array): Float32Array | Float64Array {
  const narrow = new Float32Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? 0;
    narrow[i] = value;
    if (!Object.is(narrow[i], value)) return values.slice();
  }
  return narrow;
}

/** Further fields by name; a place where a detection has none holds `undefined`. */
function dataToWire(items: readonly Detection[], writer: WireWriter): Record<string, unknown> {
  const keys = new Set(items.flatMap(({ data }) => Object.keys(data ?? {})));
  const columns = [...keys].map((key) => {
    const column = items.map(({ data }) => (data !== undefined && Object.hasOwn(data, key) ? data[key] : undefined));
    return [key, writer.writeAt(key, column)] as const;
  });
  return Object.fromEntries(columns);
}

function dataFromWire(json: unknown, count: number, reader: WireReader): (Record<string, unknown> | undefined)[] {
  if (typeof json !== "object" || json === null) throw garbled("columns of data");
  const rows = new Array<[string, unknown][] | undefined>(count).fill(undefined);
  for (const [key, values] of Object.entries(json)) {
    const column = reader.read(values);
    const list = ArrayBuffer.isView(column) ? Array.from(column as unknown as ArrayLike<unknown>) : column;
    if (!Array.isArray(list) || list.length !== count) throw garbled(`a value of "${key.slice(0, 40)}" for each`);
    for (let i = 0; i < count; i++) {
      if (list[i] === undefined) continue;
      const row = rows[i] ?? [];
      row.push([key, list[i]]);
      rows[i] = row;
    }
  }
  return rows.map((row) => (row === undefined ? undefined : Object.fromEntries(row)));
}

/** All of one type, which is quicker to read than one of several. */
function numbersOf({ data, dtype }: Segment): Float64Array {
  if (dtype === "int64" || dtype === "uint64") return Float64Array.from(data as BigInt64Array, Number);
  return data instanceof Float64Array ? data : new Float64Array(data as Float32Array);
}

function textsOf(list: unknown): string[] {
  if (!Array.isArray(list) || !list.every((text) => typeof text === "string")) throw garbled("lists of texts");
  return list;
}

function garbled(expected: string): MillraceError {
  return new MillraceError("DYNAMIC_PROTOCOL", `the process of a code block sent detections without ${expected}`);
}
