import { MillraceError } from "../../base/errors.ts";
import type { Detection } from "../../kinds/detections.ts";
import { isMask, type Mask } from "../../kinds/mask.ts";
import type { IpcReader, IpcWriter } from "./values.ts";

/** Place and size of the window, number of runs; -1 of them where a detection has no mask. */
const FIELDS = 5;

/** Masks of detections as two segments: a row of numbers for each detection, and all runs one after another. */
export function masksToIpc(items: readonly Detection[], writer: IpcWriter): Record<string, unknown> {
  if (items.every(({ mask }) => mask === undefined)) return {};
  const faulty = items.findIndex(({ mask }) => mask !== undefined && !isMask(mask));
  if (faulty >= 0)
    throw writer.refuse(`detections whose item ${faulty} has a mask of which the runs do not fill its window`);
  const windows = new Int32Array(items.length * FIELDS);
  const runs = new Uint32Array(items.reduce((sum, { mask }) => sum + (mask?.runs.length ?? 0), 0));
  let at = 0;
  for (const [i, { mask }] of items.entries()) {
    windows.set(mask === undefined ? ABSENT : [mask.x, mask.y, mask.width, mask.height, mask.runs.length], i * FIELDS);
    if (mask === undefined) continue;
    runs.set(mask.runs, at);
    at += mask.runs.length;
  }
  const segments = { windows: writer.add("windows", windows, [items.length, FIELDS]), runs: writer.add("runs", runs) };
  return { masks: segments };
}

const ABSENT = [0, 0, 0, 0, -1];

/** The reverse, every part checked. Throws DYNAMIC_PROTOCOL. */
export function masksFromIpc(json: unknown, count: number, reader: IpcReader): (Mask | undefined)[] {
  const names = (json ?? {}) as { windows?: unknown; runs?: unknown };
  const [windows, runs] = [reader.take(names.windows), reader.take(names.runs)];
  const [rows, columns] = windows.shape;
  const isWhole = windows.data instanceof Int32Array && runs.data instanceof Uint32Array;
  if (!isWhole || rows !== count || columns !== FIELDS) throw garbled("a window for each");
  reader.budget.spend(windows.data.length + runs.data.length);
  let at = 0;
  return Array.from({ length: count }, (_, i) => {
    const [x, y, width, height, length] = (windows.data as Int32Array).subarray(i * FIELDS, (i + 1) * FIELDS);
    if (length === -1) return undefined;
    // A copy, as a view would be posted to other threads with the whole message.
    const mask = { x, y, width, height, runs: (runs.data as Uint32Array).slice(at, at + (length ?? 0)) };
    if (!isMask(mask) || mask.runs.length !== length) throw garbled("runs that fill each mask");
    at += mask.runs.length;
    return mask;
  });
}

function garbled(expected: string): MillraceError {
  return new MillraceError("DYNAMIC_PROTOCOL", `the process of a code block sent detections without ${expected}`);
}
