import { MillraceError } from "../../base/errors.ts";
import type { Detection, KeyPoint } from "../../kinds/detections.ts";
import type { IpcReader, IpcWriter } from "./values.ts";

/** x, y, confidence, number of the class, place of its name. */
const ROWS = 5;
/** In numbers. */
const COST_OF_POINT = 12;

/** Key points of detections as one table with a column for each point; -1 of them where a detection has no list. */
export function keyPointsToIpc(items: readonly Detection[], writer: IpcWriter): Record<string, unknown> {
  if (items.every(({ keypoints }) => keypoints === undefined)) return {};
  const points = items.flatMap(({ keypoints }) => keypoints ?? []);
  const faulty = points.findIndex((point) => !isKeyPoint(point));
  if (faulty >= 0) throw writer.refuse("detections with key points that lack a part or have a wrong one");
  const names = [...new Set(points.map((point) => point.class))];
  const places = new Map(names.map((name, place) => [name, place]));
  const table = new Float64Array(ROWS * points.length);
  points.forEach(({ x, y, confidence, classId, class: name }, i) => {
    for (const [row, value] of [x, y, confidence, classId, places.get(name) ?? 0].entries()) {
      table[row * points.length + i] = value;
    }
  });
  const counts = items.map(({ keypoints }) => keypoints?.length ?? -1);
  return { keypoints: { s: writer.add("keypoints", table, [ROWS, points.length]), counts, classes: names } };
}

/** The reverse, every part checked. Throws DYNAMIC_PROTOCOL. */
export function keyPointsFromIpc(json: unknown, count: number, reader: IpcReader): (KeyPoint[] | undefined)[] {
  const { s, counts, classes } = (json ?? {}) as { s?: unknown; counts?: unknown; classes?: unknown };
  const { shape, data } = reader.take(s);
  const [rows, columns = 0] = shape;
  if (!(data instanceof Float64Array) || rows !== ROWS || shape.length !== 2) throw garbled("a table of key points");
  if (!isListOf(counts, "number") || counts.length !== count || !isListOf(classes, "string")) {
    throw garbled("a number of key points for each");
  }
  reader.budget.spend(columns * COST_OF_POINT);
  let at = 0;
  return counts.map((length) => {
    if (length === -1) return undefined;
    if (!Number.isSafeInteger(length) || length < 0 || at + length > columns) throw garbled("all their key points");
    at += length;
    return Array.from({ length }, (_, i): KeyPoint => {
      const [x = 0, y = 0, confidence = 0, classId = 0, name = 0] = Array.from({ length: ROWS }, (_unused, row) => {
        return data[row * columns + at - length + i] ?? 0;
      });
      return { x, y, class: classes[name] ?? String(classId), classId, confidence };
    });
  });
}

function isKeyPoint(point: unknown): point is KeyPoint {
  const { x, y, confidence, classId, class: name } = (point ?? {}) as Partial<Record<keyof KeyPoint, unknown>>;
  return [x, y, confidence, classId].every((value) => typeof value === "number") && typeof name === "string";
}

function isListOf<T extends "number" | "string">(
  value: unknown,
  type: T,
): value is (T extends "number" ? number : string)[] {
  return Array.isArray(value) && value.every((item) => typeof item === type);
}

function garbled(expected: string): MillraceError {
  return new MillraceError("DYNAMIC_PROTOCOL", `the process of a code block sent detections without ${expected}`);
}
