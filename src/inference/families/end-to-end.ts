// Detectors that choose their boxes themselves (YOLOv10, YOLO26, exports with suppression inside): one row for each object.
import {
  type Candidates,
  type DecodeRequest,
  type FamilyOf,
  isUltralytics,
  type ModelFacts,
  namedClasses,
  nextRow,
  no,
  onlyOutput,
  otherTask,
  type Verdict,
} from "./family.ts";
import { stridesOf } from "./grid.ts";

export const endToEnd: FamilyOf<"detect"> = {
  name: "end-to-end",
  task: "detect",
  preprocessing: { order: "rgb", scale: 1 / 255, mean: [0, 0, 0], std: [1, 1, 1], fit: "letterbox_center", pad: 114 },
  needsSuppression: false,
  match,
  decode,
};

/** x min, y min, x max, y max, score, class. */
const COLUMNS = 6;

function match(facts: ModelFacts): Verdict {
  const task = otherTask(facts);
  if (task !== null) return no(task);
  const dims = onlyOutput(facts);
  if (typeof dims === "string") return no(dims);
  const [rows, columns] = dims;
  if (columns !== COLUMNS) return no(`expected ${COLUMNS} columns: a box, a score and a class`);
  if (!facts.stated && areCells(rows, facts)) return no(`${rows} rows are the cells of another family`);
  if (!facts.stated && !isUltralytics(facts) && facts.file.metadata["end2end"] === undefined) {
    return no("nothing in the file tells that its rows are boxes with a score and a class; state the family");
  }
  const classCount = namedClasses(facts);
  if (classCount === null)
    return no("neither the metadata nor a statement names the classes, which the output does not count");
  return { matches: true, classCount, reason: "one output of rows with a box, a score and a class" };
}

function areCells(rows: number | string, { image: { width, height }, file }: ModelFacts): boolean {
  if (file.metadata["end2end"] === "True" || width === null || height === null) return false;
  return typeof rows === "number" && stridesOf(width, height, rows) !== null;
}

function decode({ outputs, index, confidence }: DecodeRequest, into: Candidates): void {
  const { data, dims } = outputs[0]!;
  const [, rows = 0, columns = COLUMNS] = dims;
  const end = (index + 1) * rows * columns;
  for (let at = index * rows * columns; at < end; at += columns) {
    if (!(data[at + 4]! >= confidence)) continue;
    const row = nextRow(into);
    for (let i = 0; i < COLUMNS; i++) into.rows[row + i] = data[at + i]!;
  }
}
