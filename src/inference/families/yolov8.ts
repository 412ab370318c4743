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
import { cellCount } from "./grid.ts";

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
  const misfit = typeof columns === "number" ? misfitOf(columns, facts) : null;
  if (misfit !== null) return no(misfit);
  const classCount = rows - BOX;
  if (task !== undefined && facts.nameCount !== null && facts.nameCount !== classCount) {
    return no(`there are ${facts.nameCount} class names for ${rows} rows, expected ${facts.nameCount + BOX} rows`);
  }
  const cells = typeof columns === "number" ? `${columns} columns, the cells of strides 8, 16 and 32` : "free columns";
  return { matches: true, classCount, reason: `one output of 4 + ${classCount} rows and ${cells}` };
}

function misfitOf(columns: number, { image: { width, height } }: ModelFacts): string | null {
  if (width === null || height === null) return "the number of columns is fixed while the size of the input is free";
  const cells = cellCount(width, height);
  if (cells === null) return `the input of ${width}x${height} is no multiple of 32`;
  if (columns === cells) return null;
  return `expected ${cells} columns, the cells of strides 8, 16 and 32 of ${width}x${height}, found ${columns}`;
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
