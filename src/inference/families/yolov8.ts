// The layout of detectors exported by Ultralytics (YOLOv8, YOLO11): one column for each cell, scores already sigmoid.
import {
  type Candidates,
  type DecodeRequest,
  type Family,
  type ModelFacts,
  nextRow,
  no,
  onlyOutput,
  type Verdict,
} from "./family.ts";
import { stridesOf, wrongCount } from "./grid.ts";

export const yolov8: Family = {
  name: "yolov8",
  preprocessing: { order: "rgb", scale: 1 / 255, mean: [0, 0, 0], std: [1, 1, 1], fit: "letterbox_center", pad: 114 },
  needsSuppression: true,
  match,
  decode,
};

const BOX = 4;

function match(facts: ModelFacts): Verdict {
  const task = facts.file.metadata["task"];
  if (task !== undefined && task !== "detect") return no(`the metadata name the task "${task}", expected "detect"`);
  const dims = onlyOutput(facts);
  if (typeof dims === "string") return no(dims);
  const [rows, columns] = dims;
  if (typeof rows !== "number" || rows <= BOX) return no("expected a second dimension of 4 + the number of classes");
  const cells = cellsIn(columns, facts);
  if (!cells.fits) return no(cells.reason);
  const classCount = rows - BOX;
  if (task !== undefined && facts.nameCount !== null && facts.nameCount !== classCount) {
    return no(`there are ${facts.nameCount} class names for ${rows} rows, expected ${facts.nameCount + BOX} rows`);
  }
  return { matches: true, classCount, reason: `one output of 4 + ${classCount} rows and ${cells.reason}` };
}

function cellsIn(
  columns: number | string,
  { image: { width, height } }: ModelFacts,
): { fits: boolean; reason: string } {
  if (typeof columns === "string") return { fits: true, reason: "a free number of columns" };
  if (width === null || height === null) {
    return { fits: false, reason: "the number of columns is fixed while the size of the input is free" };
  }
  const strides = stridesOf(width, height, columns);
  if (strides === null) return { fits: false, reason: `number of columns: ${wrongCount(width, height, columns)}` };
  return { fits: true, reason: `${columns} columns, the cells of strides ${strides.join(", ")}` };
}

/** Scans the scores in memory order; almost all stay below the threshold, so the scan is one comparison for each. */
function decode({ outputs, index, confidence }: DecodeRequest, into: Candidates): void {
  const { data, dims } = outputs[0]!;
  const [, rows = 0, cells = 0] = dims;
  const start = index * rows * cells;
  const first = start + BOX * cells;
  const end = start + rows * cells;
  const rowOfCell = new Int32Array(cells).fill(-1);
  for (let at = nextAtLeast(data, confidence, first, end); at < end; at = nextAtLeast(data, confidence, at + 1, end)) {
    const cell = (at - first) % cells;
    const row = rowOfCell[cell]! >= 0 ? rowOfCell[cell]! : addBox(data, start + cell, cells, into);
    rowOfCell[cell] = row;
    if (data[at]! <= into.rows[row + 4]!) continue;
    into.rows[row + 4] = data[at]!;
    into.rows[row + 5] = Math.floor((at - first) / cells);
  }
}

/** Index of the first value of at least `least`, else `end`. Four at a time, which takes a third off the whole scan. */
function nextAtLeast(data: Float32Array, least: number, from: number, end: number): number {
  let at = from;
  while (at + 3 < end) {
    if (data[at]! >= least || data[at + 1]! >= least || data[at + 2]! >= least || data[at + 3]! >= least) break;
    at += 4;
  }
  while (at < end && !(data[at]! >= least)) at++;
  return at;
}

function addBox(data: Float32Array, at: number, cells: number, into: Candidates): number {
  const halfWidth = data[at + 2 * cells]! / 2;
  const halfHeight = data[at + 3 * cells]! / 2;
  const row = nextRow(into);
  into.rows[row] = data[at]! - halfWidth;
  into.rows[row + 1] = data[at + cells]! - halfHeight;
  into.rows[row + 2] = data[at]! + halfWidth;
  into.rows[row + 3] = data[at + cells]! + halfHeight;
  into.rows[row + 4] = -1;
  return row;
}
