// The layout of instance segmentation models exported by Ultralytics (YOLOv8-seg, YOLO11-seg): cells as in detection with coefficients below
// the scores, and prototypes of masks.
import { BOX, decodeCells } from "../../decoders/cells.ts";
import { mixPrototypes, prototypeSize } from "../../decoders/prototypes.ts";
import { cellsIn } from "../boxes/yolov8.ts";
import { contradiction, describeTensors } from "../evidence.ts";
import { type FamilyOf, type ItemOutputs, type ModelFacts, no, type Verdict } from "../family.ts";
import { LETTERBOX_RGB } from "../preprocessing.ts";

export const yolov8Segmentation: FamilyOf<"segment"> = {
  name: "yolov8-seg",
  aliases: ["yolov8", "yolov9", "yolov11", "yolo11", "yolov12", "yolo12", "yolov11-seg", "yolo11-seg"],
  task: "segment",
  preprocessing: LETTERBOX_RGB,
  needsSuppression: true,
  maskLevel: 0.5,
  cropsMasks: true,
  match,
  decode(request, into) {
    const [cells] = request.outputs;
    decodeCells(request, cells!.dims[1]! - BOX - prototypesOf(request).dims[1]!, into);
  },
  mapSize: (outputs) => prototypeSize(prototypesOf(outputs)),
  maskScores(outputs, cell, window) {
    const { data, dims } = outputs.outputs[0]!;
    const [, rows = 0, count = 0] = dims;
    const prototypes = prototypesOf(outputs);
    const first = (outputs.index * rows + rows - prototypes.dims[1]!) * count + cell;
    return mixPrototypes(prototypes, outputs.index, { data, first, step: count }, window);
  },
};

function prototypesOf({ outputs }: ItemOutputs) {
  return outputs[1]!;
}

function match(facts: ModelFacts): Verdict {
  const { outputs } = facts.file;
  const [cells, prototypes] = outputs;
  if (outputs.length !== 2 || cells?.shape.length !== 3 || prototypes?.shape.length !== 4) {
    return no(`expected an output of 3 and one of 4 dimensions, found ${describeTensors(outputs)}`);
  }
  const [, rows, columns = "?"] = cells.shape;
  const [, coefficients] = prototypes.shape;
  if (typeof rows !== "number" || typeof coefficients !== "number" || rows <= BOX + coefficients) {
    return no("expected a second dimension of 4 + the number of classes + the number of prototypes");
  }
  const fits = cellsIn(columns, "columns", facts);
  if (!fits.fits) return no(fits.reason);
  const classCount = rows - BOX - coefficients;
  const against = contradiction(facts, classCount, `4 + ${classCount} + ${coefficients} rows`);
  if (against !== null) return no(against);
  const reason = `an output of 4 + ${classCount} + ${coefficients} rows and ${fits.reason}, and ${coefficients} prototypes`;
  return { matches: true, classCount, reason };
}
