// The layout of detectors exported by Ultralytics (YOLOv8, YOLO11): one column for each cell, scores already sigmoid.
import { COCO80 } from "../coco80.ts";
import {
  type Candidates,
  contradiction,
  type DecodeRequest,
  type FamilyOf,
  isUltralytics,
  type ModelFacts,
  namedClasses,
  nextRow,
  no,
  onlyOutput,
  otherTask,
  type Preprocessing,
  type Verdict,
} from "./family.ts";
import { stridesOf, wrongCount } from "./grid.ts";
import { BOX, decodeCells } from "./yolov8-cells.ts";

export const YOLOV8_PREPROCESSING: Preprocessing = {
  order: "rgb",
  scale: 1 / 255,
  mean: [0, 0, 0],
  std: [1, 1, 1],
  fit: "letterbox_center",
  pad: 114,
};

export const yolov8: FamilyOf<"detect"> = {
  name: "yolov8",
  task: "detect",
  preprocessing: YOLOV8_PREPROCESSING,
  needsSuppression: true,
  match,
  decode,
};

type Dim = number | string;

function match(facts: ModelFacts): Verdict {
  const task = otherTask(facts);
  if (task !== null) return no(task);
  const dims = onlyOutput(facts);
  if (typeof dims === "string") return no(dims);
  const [first, second] = dims;
  const straight = matchLayout(facts, { values: first, cells: second, words: ["rows", "columns"] });
  if (straight.matches) return straight;
  const turned = matchLayout(facts, { values: second, cells: first, words: ["columns", "rows"] });
  // Without names or a statement, cells as rows are as likely another family's.
  if (turned.matches && typeof first === "number" && isBacked(facts, turned.classCount)) {
    return { ...turned, reason: `${turned.reason}, transposed` };
  }
  // The layout whose cells fit has more to say.
  return !turned.matches && cellsIn(first, "rows", facts).fits ? turned : straight;
}

interface Layout {
  /** Dimension of the box and the scores, and that of the cells. */
  values: Dim;
  cells: Dim;
  words: readonly [string, string];
}

function matchLayout(facts: ModelFacts, { values, cells: count, words }: Layout): Verdict {
  const [of, places] = words;
  if (typeof values !== "number" || values <= BOX) {
    return no(`expected ${of} for 4 + the number of classes`);
  }
  const cells = cellsIn(count, places, facts);
  if (!cells.fits) return no(cells.reason);
  const classCount = values - BOX;
  const against = contradiction(facts, classCount, `4 + ${classCount} ${of}`);
  if (against !== null) return no(against);
  return { matches: true, classCount, reason: `one output of 4 + ${classCount} ${of} and ${cells.reason}` };
}

function isBacked(facts: ModelFacts, classCount: number): boolean {
  return facts.stated || isUltralytics(facts) || namedClasses(facts) !== null || classCount === COCO80.length;
}

export function cellsIn(
  count: Dim,
  word: string,
  { image: { width, height } }: ModelFacts,
): { fits: boolean; reason: string } {
  if (typeof count === "string") return { fits: true, reason: `a free number of ${word}` };
  if (width === null || height === null) {
    return { fits: false, reason: `the number of ${word} is fixed while the size of the input is free` };
  }
  const strides = stridesOf(width, height, count);
  if (strides === null) return { fits: false, reason: `number of ${word}: ${wrongCount(width, height, count)}` };
  return { fits: true, reason: `${count} ${word}, the cells of strides ${strides.join(", ")}` };
}

function decode(request: DecodeRequest, into: Candidates): void {
  const { outputs, width, height } = request;
  const [, first = 0, second = 0] = outputs[0]!.dims;
  const isTurned = stridesOf(width, height, second) === null && stridesOf(width, height, first) !== null;
  if (isTurned) decodeRows(request, into);
  else decodeCells(request, first - BOX, into);
}

/** One row for each cell. */
function decodeRows({ outputs, index, confidence }: DecodeRequest, into: Candidates): void {
  const { data, dims } = outputs[0]!;
  const [, cells = 0, values = 0] = dims;
  const end = (index + 1) * cells * values;
  for (let at = index * cells * values; at < end; at += values) {
    let best = at + BOX;
    for (let i = best + 1; i < at + values; i++) if (data[i]! > data[best]!) best = i;
    if (!(data[best]! >= confidence)) continue;
    const row = nextRow(into);
    const [halfWidth, halfHeight] = [data[at + 2]! / 2, data[at + 3]! / 2];
    into.rows.set(
      [data[at]! - halfWidth, data[at + 1]! - halfHeight, data[at]! + halfWidth, data[at + 1]! + halfHeight],
      row,
    );
    into.rows[row + 4] = data[best]!;
    into.rows[row + 5] = best - at - BOX;
  }
}
