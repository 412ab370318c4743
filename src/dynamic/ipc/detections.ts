import { MillraceError } from "../../base/errors.ts";
import type { Detection, Detections } from "../../kinds/detections.ts";
import { keyPointsFromIpc, keyPointsToIpc } from "./key-points.ts";
import { masksFromIpc, masksToIpc } from "./masks.ts";
import { placementFromIpc, placementToIpc } from "./placement.ts";
import type { Segment } from "./segments.ts";
import type { IpcReader, IpcWriter } from "./values.ts";

/** Rows of the table that all detections have: four edges, confidence, number of the class, place of its name. */
const ROWS = 7;
/** In numbers. */
const COST_OF_ITEM = 16;
const COST_OF_FIELD = 4;
const OPTIONAL_ROWS = ["tracker_id", "time_in_zone"] as const;

/** Detections as one table with a row for each field, several times quicker than as objects. Numbers have 4 bytes where that loses nothing. */
export function detectionsToIpc(detections: Detections, writer: IpcWriter): Record<string, unknown> {
  const { items, width, height, parentId, parent, root, inferenceId } = detections;
  if (!Array.isArray(items)) throw writer.refuse("detections without items");
  const faulty = items.findIndex((item) => !isDetection(item));
  if (faulty >= 0) throw writer.refuse(`detections whose item ${faulty} lacks a part or has a wrong one`);
  const count = items.length;
  const optional: (typeof OPTIONAL_ROWS)[number][] = [];
  if (items.some(({ trackerId }) => trackerId !== undefined)) optional.push("tracker_id");
  if (items.some(({ timeInZone }) => timeInZone !== undefined)) optional.push("time_in_zone");
  const shape = [ROWS + optional.length, count];
  const names = new Map<string, number>();
  const narrow = new Float32Array((ROWS + optional.length) * count);
  const table = fill(narrow, items, names, optional) ? narrow : new Float64Array(narrow.length);
  if (table !== narrow) fill(table, items, names, optional);
  return {
    $: "detections",
    s: writer.add("detections", table, shape),
    optional,
    classes: [...names.keys()],
    ids: textsToIpc(items.map(({ detectionId }) => detectionId)),
    ...masksToIpc(items, writer),
    ...keyPointsToIpc(items, writer),
    ...(items.some(({ data }) => data !== undefined) ? { data: dataToIpc(items, writer) } : {}),
    width,
    height,
    parent_id: parentId,
    parent: placementToIpc(parent),
    root: placementToIpc(root),
    ...(inferenceId === undefined ? {} : { inference_id: inferenceId }),
  };
}

/** Whether the table can hold all numbers exactly. */
function fill(
  table: Float32Array | Float64Array,
  items: readonly Detection[],
  names: Map<string, number>,
  optional: readonly string[],
): boolean {
  const count = items.length;
  const [tracker, inZone] = [optional.indexOf("tracker_id"), optional.indexOf("time_in_zone")];
  let isExact = true;
  for (let i = 0; i < count; i++) {
    const { box, confidence, classId, class: name, trackerId, timeInZone } = items[i] as Detection;
    table[i] = box[0];
    table[count + i] = box[1];
    table[2 * count + i] = box[2];
    table[3 * count + i] = box[3];
    table[4 * count + i] = confidence;
    table[5 * count + i] = classId;
    table[6 * count + i] = numberOf(names, name);
    isExact &&=
      table[i] === box[0] &&
      table[count + i] === box[1] &&
      table[2 * count + i] === box[2] &&
      table[3 * count + i] === box[3] &&
      table[4 * count + i] === confidence &&
      table[5 * count + i] === classId;
    if (tracker >= 0) isExact = put(table, (ROWS + tracker) * count + i, trackerId) && isExact;
    if (inZone >= 0) isExact = put(table, (ROWS + inZone) * count + i, timeInZone) && isExact;
  }
  return isExact;
}

function put(table: Float32Array | Float64Array, at: number, value: number | undefined): boolean {
  table[at] = value ?? Number.NaN;
  return value === undefined || table[at] === value;
}

/** The reverse, every part checked. Throws DYNAMIC_PROTOCOL. */
export function detectionsFromIpc(json: Record<string, unknown>, reader: IpcReader): Detections {
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
    parent: json["parent"] === null ? null : placementFromIpc(json["parent"]),
    root: placementFromIpc(json["root"]),
    ...(typeof inferenceId === "string" ? { inferenceId } : {}),
  };
}

function itemsOf(json: Record<string, unknown>, reader: IpcReader): Detection[] {
  const segment = reader.take(json["s"]);
  const [optional, classes, ids] = [textsOf(json["optional"]), textsOf(json["classes"]), textsFromIpc(json["ids"])];
  const count = ids.length;
  const [rows, columns] = segment.shape;
  if (segment.shape.length !== 2 || rows !== ROWS + optional.length || columns !== count) {
    throw garbled("a number for each field and an id for each");
  }
  reader.budget.spend(segment.data.length + count * COST_OF_ITEM);
  const table = numbersOf(segment);
  const row = (name: (typeof OPTIONAL_ROWS)[number]) => {
    const at = optional.indexOf(name);
    return at < 0 ? null : table.subarray((ROWS + at) * count, (ROWS + at + 1) * count);
  };
  const [tracker, inZone] = [row("tracker_id"), row("time_in_zone")];
  const masks = json["masks"] === undefined ? null : masksFromIpc(json["masks"], count, reader);
  const points = json["keypoints"] === undefined ? null : keyPointsFromIpc(json["keypoints"], count, reader);
  const data = json["data"] === undefined ? null : dataFromIpc(json["data"], count, reader);
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
    const [mask, keypoints] = [masks?.[i], points?.[i]];
    if (mask !== undefined) item.mask = mask;
    if (keypoints !== undefined) item.keypoints = keypoints;
    if (fields !== undefined) item.data = fields;
    items.push(item);
  }
  return items;
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

/** Further fields by name; a place where a detection has none holds `undefined`. */
function dataToIpc(items: readonly Detection[], writer: IpcWriter): Record<string, unknown> {
  const keys = new Set(items.flatMap(({ data }) => Object.keys(data ?? {})));
  const columns = [...keys].map((key) => {
    const column = items.map(({ data }) => (data !== undefined && Object.hasOwn(data, key) ? data[key] : undefined));
    return [key, writer.writeAt(key, column)] as const;
  });
  return Object.fromEntries(columns);
}

function dataFromIpc(json: unknown, count: number, reader: IpcReader): (Record<string, unknown> | undefined)[] {
  if (typeof json !== "object" || json === null) throw garbled("columns of data");
  const rows = new Array<[string, unknown][] | undefined>(count).fill(undefined);
  for (const [key, values] of Object.entries(json)) {
    const column = reader.read(values);
    const list = ArrayBuffer.isView(column) ? (column as unknown as ArrayLike<unknown>) : column;
    if (!isList(list) || list.length !== count) throw garbled(`a value of "${key.slice(0, 40)}" for each`);
    reader.budget.spend(count * COST_OF_FIELD);
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

/** One text is quicker to read and to write than a list of them. */
function textsToIpc(texts: readonly string[]): string | readonly string[] {
  for (const text of texts) if (text.includes(",")) return texts;
  return texts.length === 0 ? texts : texts.join(",");
}

function textsFromIpc(json: unknown): string[] {
  return typeof json === "string" ? json.split(",") : textsOf(json);
}

function isList(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && "length" in value);
}

function textsOf(list: unknown): string[] {
  if (!Array.isArray(list) || !list.every((text) => typeof text === "string")) throw garbled("lists of texts");
  return list;
}

function garbled(expected: string): MillraceError {
  return new MillraceError("DYNAMIC_PROTOCOL", `the process of a code block sent detections without ${expected}`);
}
