// YOLOv5 and YOLOv7 of their own repositories: one row for each of three anchors of a cell, decoded, with an objectness beside the classes.
import { anchorRows } from "../../decoders/grid.ts";
import { decodeObjectnessRows } from "../../decoders/objectness-rows.ts";
import { contradiction, onlyOutput } from "../evidence.ts";
import { type FamilyOf, type ModelFacts, no, type Verdict } from "../family.ts";
import { LETTERBOX_RGB } from "../preprocessing.ts";

export const yolov5: FamilyOf<"detect"> = {
  name: "yolov5",
  aliases: ["yolov7"],
  task: "detect",
  preprocessing: LETTERBOX_RGB,
  needsSuppression: true,
  match,
  decode: (request, into) => decodeObjectnessRows(request, request.outputs[0]!.dims[2]! - COLUMNS, into),
};

/** Centre, size and objectness. */
const COLUMNS = 5;

function match(facts: ModelFacts): Verdict {
  const dims = onlyOutput(facts);
  if (typeof dims === "string") return no(dims);
  const [rows, columns] = dims;
  if (typeof columns !== "number" || columns <= COLUMNS) {
    return no("expected a last dimension of 5 + the number of classes");
  }
  const fits = anchorRows(rows, facts);
  if (!fits.fits) return typeof rows === "string" ? no(fits.reason, "the family") : no(fits.reason);
  const classCount = columns - COLUMNS;
  const against = contradiction(facts, classCount, `5 + ${classCount} columns`);
  if (against !== null) return no(against);
  return { matches: true, classCount, reason: `one output of ${fits.reason} and 5 + ${classCount} columns` };
}
