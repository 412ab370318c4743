// YOLOv5-seg and YOLOv7-seg: the rows of the detectors with coefficients behind the classes, and prototypes of masks.
import { anchorRows } from "../../decoders/grid.ts";
import { decodeObjectnessRows } from "../../decoders/objectness-rows.ts";
import { mixPrototypes, prototypeSize } from "../../decoders/prototypes.ts";
import { contradiction, describeTensors } from "../evidence.ts";
import { type FamilyOf, type ItemOutputs, type ModelFacts, no, type Verdict } from "../family.ts";
import { LETTERBOX_RGB } from "../preprocessing.ts";

export const yolov5Segmentation: FamilyOf<"segment"> = {
  name: "yolov5-seg",
  aliases: ["yolov7-seg", "yolov5", "yolov7"],
  task: "segment",
  preprocessing: LETTERBOX_RGB,
  needsSuppression: true,
  maskLevel: 0.5,
  cropsMasks: true,
  match,
  decode(request, into) {
    const columns = request.outputs[0]!.dims[2]!;
    decodeObjectnessRows(request, columns - COLUMNS - prototypesOf(request).dims[1]!, into);
  },
  mapSize: (outputs) => prototypeSize(prototypesOf(outputs)),
  maskScores(outputs, row, window) {
    const { data, dims } = outputs.outputs[0]!;
    const [, rows = 0, columns = 0] = dims;
    const prototypes = prototypesOf(outputs);
    const first = (outputs.index * rows + row + 1) * columns - prototypes.dims[1]!;
    return mixPrototypes(prototypes, outputs.index, { data, first, step: 1 }, window);
  },
};

/** Centre, size and objectness. */
const COLUMNS = 5;

function prototypesOf({ outputs, layout }: ItemOutputs) {
  return outputs[layout["prototypes"] as number]!;
}

/** YOLOv7's files have raw maps between the two. */
function match(facts: ModelFacts): Verdict {
  const { outputs } = facts.file;
  const at = outputs.findIndex(({ shape }) => shape.length === 4);
  const [, rows = "?", columns] = outputs[0]?.shape ?? [];
  if (at < 1 || outputs[0]?.shape.length !== 3) {
    return no(`expected an output of 3 and one of 4 dimensions, found ${describeTensors(outputs)}`);
  }
  const coefficients = outputs[at]?.shape[1];
  if (typeof columns !== "number" || typeof coefficients !== "number" || columns <= COLUMNS + coefficients) {
    return no("expected a last dimension of 5 + the number of classes + the number of prototypes");
  }
  const fits = anchorRows(rows, facts);
  if (!fits.fits) return no(fits.reason);
  const classCount = columns - COLUMNS - coefficients;
  const against = contradiction(facts, classCount, `5 + ${classCount} + ${coefficients} columns`);
  if (against !== null) return no(against);
  const reason = `${fits.reason} of 5 + ${classCount} + ${coefficients} columns, and ${coefficients} prototypes`;
  return { matches: true, classCount, reason, layout: { prototypes: at } };
}
