// The layout of detectors exported by Ultralytics (YOLOv8, YOLO11): one column for each cell, scores already sigmoid.
import { COCO80 } from "../../coco80.ts";
import { BOX, decodeCells } from "../../decoders/cells.ts";
import { stridesOf, wrongCount } from "../../decoders/grid.ts";
import { contradiction, namedClasses, onlyOutput, ultralyticsOf } from "../evidence.ts";
import {
  type Candidates,
  type DecodeRequest,
  type FamilyOf,
  type ModelFacts,
  nextRow,
  no,
  type Verdict,
} from "../family.ts";
import { LETTERBOX_RGB } from "../preprocessing.ts";

export const yolov8: FamilyOf<"detect"> = {
  name: "yolov8",
  aliases: ["yolov9", "yolov11", "yolo11", "yolov12", "yolo12", "yolo-world"],
  task: "detect",
  preprocessing: LETTERBOX_RGB,
  needsSuppression: true,
  match,
  decode,
};

type Dim = number | string;

function match(facts: ModelFacts): Verdict {
  const made = ultralyticsOf(facts);
  if (made?.isDetr) return no("the metadata name the head of RT-DETR");
  const dims = onlyOutput(facts);
  if (typeof dims === "string") return no(dims);
  const [first, second] = dims;
  const straight = matchLayout(facts, { values: first, cells: second, words: ["rows", "columns"] });
  // Where both sides may be cells, those of the usual strides are.
  const isOther = isUsual(first, facts) && !isUsual(second, facts) && typeof second === "number";
  if (straight.matches && !isOther) return straight;
  const turned = matchLayout(facts, { values: second, cells: first, words: ["columns", "rows"] });
  // Without names or a statement, cells as rows are as likely another family's.
  if (turned.matches && typeof first === "number" && isBacked(facts, turned.classCount)) {
    return { ...turned, reason: `${turned.reason}, transposed` };
  }
  if (straight.matches) return no(`its ${first} rows are the cells of another family`);
  // The layout whose cells fit has more to say.
  return !turned.matches && cellsIn(first, "rows", facts).fits ? turned : straight;
}

function isUsual(count: Dim, { image: { width, height } }: ModelFacts): boolean {
  if (typeof count === "string" || width === null || height === null) return false;
  return stridesOf(width, height, count)?.join() === "8,16,32";
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
  return facts.stated || ultralyticsOf(facts) !== null || namedClasses(facts) !== null || classCount === COCO80.length;
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
