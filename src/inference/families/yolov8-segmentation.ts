// The layout of segmentation models exported by Ultralytics (YOLOv8-seg, YOLO11-seg): cells as in detection with coefficients below
// the scores, and prototypes that the coefficients mix to one mask for each object (Bolya et al., "YOLACT", 2019).
import {
  type CellWindow,
  describeTensors,
  type FamilyOf,
  type ItemOutputs,
  type ModelFacts,
  no,
  type Verdict,
} from "./family.ts";
import { cellsIn, YOLOV8_PREPROCESSING } from "./yolov8.ts";
import { BOX, decodeCells } from "./yolov8-cells.ts";

export const yolov8Segmentation: FamilyOf<"segment"> = {
  name: "yolov8-seg",
  task: "segment",
  preprocessing: YOLOV8_PREPROCESSING,
  needsSuppression: true,
  match,
  decode(request, into) {
    const [cells, prototypes] = request.outputs;
    decodeCells(request, cells!.dims[1]! - BOX - prototypes!.dims[1]!, into);
  },
  mapSize: ({ outputs }) => ({ width: outputs[1]!.dims[3]!, height: outputs[1]!.dims[2]! }),
  maskScores,
};

function match(facts: ModelFacts): Verdict {
  const { outputs, metadata } = facts.file;
  const task = metadata["task"];
  if (task !== undefined && task !== "segment") return no(`the metadata name the task "${task}", expected "segment"`);
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
  const reason = `an output of 4 + ${classCount} + ${coefficients} rows and ${fits.reason}, and ${coefficients} prototypes`;
  return { matches: true, classCount, reason };
}

/** The logistic function of the coefficients' mix of prototypes. */
function maskScores({ outputs, index }: ItemOutputs, cell: number, window: CellWindow): Float32Array {
  const [cells, prototypes] = outputs;
  const [, rows = 0, count = 0] = cells!.dims;
  const [, channels = 0, down = 0, across = 0] = prototypes!.dims;
  const scores = new Float32Array(window.width * window.height);
  const firstCoefficient = (index * rows + rows - channels) * count + cell;
  for (let channel = 0; channel < channels; channel++) {
    const weight = cells!.data[firstCoefficient + channel * count]!;
    const plane = (index * channels + channel) * down * across;
    for (let y = 0, to = 0; y < window.height; y++) {
      const from = plane + (window.y + y) * across + window.x;
      for (let x = 0; x < window.width; x++, to++) scores[to]! += weight * prototypes!.data[from + x]!;
    }
  }
  for (let i = 0; i < scores.length; i++) scores[i] = 1 / (1 + Math.exp(-scores[i]!));
  return scores;
}
