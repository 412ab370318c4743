// YOLOX (Ge et al., "YOLOX: Exceeding YOLO Series in 2021"), exported without decoding: one row for each cell.
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
  type Verdict,
} from "./family.ts";
import { stridesOf, wrongCount } from "./grid.ts";

export const yolox: FamilyOf<"detect"> = {
  name: "yolox",
  task: "detect",
  preprocessing: { order: "bgr", scale: 1, mean: [0, 0, 0], std: [1, 1, 1], fit: "letterbox_top_left", pad: 114 },
  needsSuppression: true,
  match,
  decode,
};

const BOX_AND_OBJECTNESS = 5;

function match(facts: ModelFacts): Verdict {
  const task = otherTask(facts);
  if (task !== null) return no(task);
  const dims = onlyOutput(facts);
  if (typeof dims === "string") return no(dims);
  const [rows, columns] = dims;
  if (typeof columns !== "number" || columns <= BOX_AND_OBJECTNESS) {
    return no("expected a last dimension of 5 + the number of classes");
  }
  const classCount = columns - BOX_AND_OBJECTNESS;
  const cells = typeof rows === "number" ? cellRows(rows, facts) : freeRows(facts);
  if (!cells.fits) return no(cells.reason);
  const against = contradiction(facts, classCount, `5 + ${classCount} columns`);
  if (against !== null) return no(against);
  const doubts = facts.stated ? null : doubt(facts, columns);
  if (doubts !== null) return no(doubts);
  return { matches: true, classCount, reason: `${cells.reason} and 5 + ${classCount} columns` };
}

interface Cells {
  fits: boolean;
  reason: string;
}

/** What speaks against YOLOX where the family is not stated. */
function doubt(facts: ModelFacts, columns: number): string | null {
  if (isUltralytics(facts)) return "the metadata are those of an export by Ultralytics";
  const isCoco = namedClasses(facts) === null && columns - 4 === COCO80.length;
  return isCoco ? `${columns} columns are 4 + the 80 classes of COCO` : null;
}

function freeRows({ stated }: ModelFacts): Cells {
  if (stated) return { fits: true, reason: "as stated; one output with a free number of rows" };
  return {
    fits: false,
    reason: "the number of rows is free, so YOLOX cannot be distinguished from YOLOv5; state the family",
  };
}

function cellRows(rows: number, { image: { width, height } }: ModelFacts): Cells {
  if (width === null || height === null) {
    return { fits: false, reason: "the number of rows is fixed while the size of the input is free" };
  }
  const strides = stridesOf(width, height, rows);
  if (strides === null) return { fits: false, reason: `number of rows: ${wrongCount(width, height, rows)}` };
  return { fits: true, reason: `one output of ${rows} rows, the cells of strides ${strides.join(", ")},` };
}

function decode({ outputs, index, width, height, confidence }: DecodeRequest, into: Candidates): void {
  const { data, dims } = outputs[0]!;
  const columns = dims[2]!;
  let at = index * dims[1]! * columns;
  for (const stride of stridesOf(width, height, dims[1]!) ?? []) {
    const across = width / stride;
    const cells = across * (height / stride);
    for (let cell = 0; cell < cells; cell++, at += columns) {
      // A score is objectness times a class probability of at most 1, so most cells end here.
      if (!(data[at + 4]! >= confidence)) continue;
      const best = bestClass(data, at + BOX_AND_OBJECTNESS, at + columns);
      const score = data[at + 4]! * data[best]!;
      if (!(score >= confidence)) continue;
      const centerX = (data[at]! + (cell % across)) * stride;
      const centerY = (data[at + 1]! + Math.floor(cell / across)) * stride;
      const halfWidth = (Math.exp(data[at + 2]!) * stride) / 2;
      const halfHeight = (Math.exp(data[at + 3]!) * stride) / 2;
      const row = nextRow(into);
      into.rows[row] = centerX - halfWidth;
      into.rows[row + 1] = centerY - halfHeight;
      into.rows[row + 2] = centerX + halfWidth;
      into.rows[row + 3] = centerY + halfHeight;
      into.rows[row + 4] = score;
      into.rows[row + 5] = best - at - BOX_AND_OBJECTNESS;
    }
  }
}

function bestClass(data: Float32Array, from: number, to: number): number {
  let best = from;
  for (let i = from + 1; i < to; i++) if (data[i]! > data[best]!) best = i;
  return best;
}
