// The layout of detectors of oriented boxes exported by Ultralytics (YOLOv8-obb, YOLO11-obb): cells as in detection with an angle below the
// scores, in radians.
import { BOX, decodeCells } from "../../decoders/cells.ts";
import { boundOf, cornersAt } from "../../decoders/oriented-box.ts";
import { cellsIn } from "../boxes/yolov8.ts";
import { contradiction, onlyOutput } from "../evidence.ts";
import { type FamilyOf, type ItemOutputs, type ModelFacts, no, type Verdict } from "../family.ts";
import { LETTERBOX_RGB } from "../preprocessing.ts";

export const yolov8Oriented: FamilyOf<"segment"> = {
  name: "yolov8-obb",
  aliases: ["yolov11-obb", "yolo11-obb"],
  task: "segment",
  preprocessing: LETTERBOX_RGB,
  needsSuppression: true,
  match,
  decode(request, into) {
    const from = into.count;
    decodeCells(request, request.outputs[0]!.dims[1]! - BOX - 1, into);
    for (let i = from; i < into.count; i++) into.rows.set(boundOf(corners(request, into.origins[i]!)), i * 6);
  },
  corners,
};

function match(facts: ModelFacts): Verdict {
  const dims = onlyOutput(facts);
  if (typeof dims === "string") return no(dims);
  const [rows, cells] = dims;
  if (typeof rows !== "number" || rows <= BOX + 1) return no("expected rows for 4 + the number of classes + an angle");
  const fits = cellsIn(cells, "columns", facts);
  if (!fits.fits) return no(fits.reason);
  if (!facts.stated && facts.task?.text !== "obb") {
    return no("an angle cannot be distinguished from the score of one more class", "the family");
  }
  const classCount = rows - BOX - 1;
  const against = contradiction(facts, classCount, `4 + ${classCount} + 1 rows`);
  if (against !== null) return no(against);
  return { matches: true, classCount, reason: `one output of 4 + ${classCount} + 1 rows and ${fits.reason}` };
}

function corners({ outputs, index }: ItemOutputs, cell: number): Float32Array {
  const { data, dims } = outputs[0]!;
  const [, rows = 0, cells = 0] = dims;
  const value = (row: number) => data[(index * rows + row) * cells + cell]!;
  return cornersAt({ x: value(0), y: value(1), width: value(2), height: value(3), angle: value(rows - 1) });
}
