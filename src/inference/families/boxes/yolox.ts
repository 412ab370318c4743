// YOLOX (Ge et al., "YOLOX: Exceeding YOLO Series in 2021"), exported without decoding: one row for each cell.
import { COCO80 } from "../../coco80.ts";
import { addBox, largest } from "../../decoders/boxes.ts";
import { stridesOf, wrongCount } from "../../decoders/grid.ts";
import { decodeObjectnessRows } from "../../decoders/objectness-rows.ts";
import { contradiction, namedClasses, onlyOutput, ultralyticsOf } from "../evidence.ts";
import {
  type Candidates,
  type DecodeRequest,
  type FamilyOf,
  type ItemOutputs,
  type Layout,
  type ModelFacts,
  no,
  type Verdict,
} from "../family.ts";

export const yolox: FamilyOf<"detect"> = {
  name: "yolox",
  task: "detect",
  preprocessing: { order: "bgr", scale: 1, mean: [0, 0, 0], std: [1, 1, 1], fit: "letterbox_top_left", pad: 114 },
  needsSuppression: true,
  options: { boxes: '"raw" for offsets from cells, "decoded" for pixels of the input' },
  match,
  settle,
  decode,
};

const BOX_AND_OBJECTNESS = 5;

function match(facts: ModelFacts): Verdict {
  const dims = onlyOutput(facts);
  if (typeof dims === "string") return no(dims);
  const [rows, columns] = dims;
  if (typeof columns !== "number" || columns <= BOX_AND_OBJECTNESS) {
    return no("expected a last dimension of 5 + the number of classes");
  }
  const classCount = columns - BOX_AND_OBJECTNESS;
  const cells = typeof rows === "number" ? cellRows(rows, facts) : freeRows(facts);
  if (!cells.fits) return typeof rows === "string" ? no(cells.reason, "the family") : no(cells.reason);
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
  if (ultralyticsOf(facts) !== null) return "the metadata are those of an export by Ultralytics";
  if (namedClasses(facts) !== null) return null;
  if (columns - 4 === COCO80.length) return `${columns} columns are 4 + the 80 classes of COCO`;
  return columns - 32 === COCO80.length ? `${columns} columns are the 80 classes of COCO + 4 sides of 8 steps` : null;
}

function freeRows({ stated }: ModelFacts): Cells {
  if (stated) return { fits: true, reason: "as stated; one output with a free number of rows" };
  return { fits: false, reason: "the number of rows is free, so YOLOX cannot be distinguished from YOLOv5" };
}

function cellRows(rows: number, { image: { width, height } }: ModelFacts): Cells {
  if (width === null || height === null) {
    return { fits: false, reason: "the number of rows is fixed while the size of the input is free" };
  }
  const strides = stridesOf(width, height, rows);
  if (strides === null) return { fits: false, reason: `number of rows: ${wrongCount(width, height, rows)}` };
  return { fits: true, reason: `one output of ${rows} rows, the cells of strides ${strides.join(", ")},` };
}

/** Logarithms of sizes in cells stay far below this, and of sizes in pixels some are above. */
const LARGEST_LOGARITHM = 12;

/** Some exports decode boxes themselves (`--decode_in_inference`). */
function settle({ outputs: [output], layout }: ItemOutputs): Layout {
  if (layout["boxes"] !== undefined || output === undefined) return {};
  const columns = output.dims[2]!;
  for (let at = 2; at < output.data.length; at += columns) {
    if (Math.max(output.data[at]!, output.data[at + 1]!) > LARGEST_LOGARITHM) return { boxes: "decoded" };
  }
  return { boxes: "raw" };
}

function decode(request: DecodeRequest, into: Candidates): void {
  const [, , columns = 0] = request.outputs[0]!.dims;
  if (request.layout["boxes"] === "decoded") decodeObjectnessRows(request, columns - BOX_AND_OBJECTNESS, into);
  else decodeOffsets(request, into);
}

function decodeOffsets({ outputs, index, width, height, confidence }: DecodeRequest, into: Candidates): void {
  const { data, dims } = outputs[0]!;
  const columns = dims[2]!;
  let at = index * dims[1]! * columns;
  for (const stride of stridesOf(width, height, dims[1]!) ?? []) {
    const across = width / stride;
    const cells = across * (height / stride);
    for (let cell = 0; cell < cells; cell++, at += columns) {
      // A score is objectness times a class probability of at most 1, so most cells end here.
      if (!(data[at + 4]! >= confidence)) continue;
      const best = largest(data, at + BOX_AND_OBJECTNESS, columns - BOX_AND_OBJECTNESS);
      const score = data[at + 4]! * data[best]!;
      if (!(score >= confidence)) continue;
      const centerX = (data[at]! + (cell % across)) * stride;
      const centerY = (data[at + 1]! + Math.floor(cell / across)) * stride;
      const halfWidth = (Math.exp(data[at + 2]!) * stride) / 2;
      const halfHeight = (Math.exp(data[at + 3]!) * stride) / 2;
      const box = [centerX - halfWidth, centerY - halfHeight, centerX + halfWidth, centerY + halfHeight] as const;
      addBox(into, box, { score, classId: best - at - BOX_AND_OBJECTNESS });
    }
  }
}
