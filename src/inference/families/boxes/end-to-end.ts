// Detectors that choose their boxes themselves (YOLOv10, YOLO26, exports with suppression inside): one row for each object.
import { stridesOf } from "../../decoders/grid.ts";
import { decodeObjectRows, OBJECT } from "../../decoders/object-rows.ts";
import { namedClasses, onlyOutput, ultralyticsOf } from "../evidence.ts";
import { type FamilyOf, type ModelFacts, no, type Verdict } from "../family.ts";
import { LETTERBOX_RGB } from "../preprocessing.ts";

export const endToEnd: FamilyOf<"detect"> = {
  name: "end-to-end",
  aliases: ["yolov10", "yolo26", "yolov26", "yolov8", "yolov11", "yolo11", "yolov12"],
  task: "detect",
  preprocessing: LETTERBOX_RGB,
  needsSuppression: false,
  match,
  decode: decodeObjectRows,
};

function match(facts: ModelFacts): Verdict {
  if (ultralyticsOf(facts)?.isDetr) return no("the metadata name the head of RT-DETR");
  const dims = onlyOutput(facts);
  if (typeof dims === "string") return no(dims);
  const [rows, columns] = dims;
  if (columns !== OBJECT) return no(`expected ${OBJECT} columns: a box, a score and a class`);
  if (!facts.stated && areCells(rows, facts)) return no(`${rows} rows are the cells of another family`);
  if (!facts.stated && ultralyticsOf(facts) === null && facts.file.metadata["end2end"] === undefined) {
    return no("nothing in the file tells that its rows are boxes with a score and a class", "the family");
  }
  const classCount = namedClasses(facts);
  if (classCount === null)
    return no("neither the metadata nor a statement names the classes, which the output does not count", "classes");
  return { matches: true, classCount, reason: "one output of rows with a box, a score and a class" };
}

/** Rows of other families have a size that follows from the input's. */
export function areCells(rows: number | string, facts: ModelFacts): boolean {
  const { width, height } = facts.image;
  if (ultralyticsOf(facts)?.isEndToEnd || width === null || height === null || typeof rows !== "number") return false;
  return stridesOf(width, height, rows) !== null || stridesOf(width, height, rows / 3) !== null;
}
