// The layout of detectors exported by Ultralytics (YOLOv8, YOLO11): one column for each cell, scores already sigmoid.
import { type FamilyOf, type ModelFacts, no, onlyOutput, type Preprocessing, type Verdict } from "./family.ts";
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
  decode: (request, into) => decodeCells(request, request.outputs[0]!.dims[1]! - BOX, into),
};

function match(facts: ModelFacts): Verdict {
  const task = facts.file.metadata["task"];
  if (task !== undefined && task !== "detect") return no(`the metadata name the task "${task}", expected "detect"`);
  const dims = onlyOutput(facts);
  if (typeof dims === "string") return no(dims);
  const [rows, columns] = dims;
  if (typeof rows !== "number" || rows <= BOX) return no("expected a second dimension of 4 + the number of classes");
  const cells = cellsIn(columns, facts);
  if (!cells.fits) return no(cells.reason);
  const classCount = rows - BOX;
  if (task !== undefined && facts.nameCount !== null && facts.nameCount !== classCount) {
    return no(`there are ${facts.nameCount} class names for ${rows} rows, expected ${facts.nameCount + BOX} rows`);
  }
  return { matches: true, classCount, reason: `one output of 4 + ${classCount} rows and ${cells.reason}` };
}

/** Whether a number of columns is that of the cells of the input. */
export function cellsIn(
  columns: number | string,
  { image: { width, height } }: ModelFacts,
): { fits: boolean; reason: string } {
  if (typeof columns === "string") return { fits: true, reason: "a free number of columns" };
  if (width === null || height === null) {
    return { fits: false, reason: "the number of columns is fixed while the size of the input is free" };
  }
  const strides = stridesOf(width, height, columns);
  if (strides === null) return { fits: false, reason: `number of columns: ${wrongCount(width, height, columns)}` };
  return { fits: true, reason: `${columns} columns, the cells of strides ${strides.join(", ")}` };
}
