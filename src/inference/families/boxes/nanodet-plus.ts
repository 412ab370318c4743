// NanoDet-Plus: one output, a row for each cell of strides 8, 16, 32 and 64 with scores and the distances to the sides.
import { COCO80 } from "../../coco80.ts";
import { decodeSides } from "../../decoders/side-bins.ts";
import { namedClasses, onlyOutput } from "../evidence.ts";
import { type Candidates, type DecodeRequest, type FamilyOf, type ModelFacts, no, type Verdict } from "../family.ts";
import { nanodet } from "./nanodet.ts";

export const nanodetPlus: FamilyOf<"detect"> = {
  name: "nanodet-plus",
  aliases: ["nanodet"],
  task: "detect",
  preprocessing: nanodet.preprocessing,
  needsSuppression: true,
  match,
  decode,
};

const STRIDES = [8, 16, 32, 64];
const BINS = 8;

function match(facts: ModelFacts): Verdict {
  const dims = onlyOutput(facts);
  if (typeof dims === "string") return no(dims);
  const [rows, columns] = dims;
  const { width, height } = facts.image;
  const classCount = typeof columns === "number" ? columns - 4 * BINS : 0;
  if (classCount < 1) return no(`expected a last dimension of the number of classes + 4 x ${BINS}`);
  const cells = width === null || height === null ? null : cellCount(width, height);
  if (typeof rows === "number" && rows !== cells) return no(`${rows} rows are not the cells of strides 8 to 64`);
  const named = namedClasses(facts);
  if (named !== null && named !== classCount) return no(`there are ${named} class names, and ${classCount} scores`);
  if (!facts.stated && named === null && classCount !== COCO80.length)
    return no("nothing tells scores from sides", "the family");
  return {
    matches: true,
    classCount,
    reason: `one output of ${rows} rows with ${classCount} scores and 4 sides of ${BINS} steps`,
  };
}

function cellCount(width: number, height: number): number {
  return STRIDES.reduce((sum, stride) => sum + Math.ceil(width / stride) * Math.ceil(height / stride), 0);
}

function decode({ outputs, index, confidence, width, height }: DecodeRequest, into: Candidates): void {
  const { data, dims } = outputs[0]!;
  const [, rows = 0, columns = 0] = dims;
  const classes = columns - 4 * BINS;
  let first = index * rows * columns;
  for (const stride of STRIDES) {
    const [across, down] = [Math.ceil(width / stride), Math.ceil(height / stride)];
    const rowsOf = {
      scores: data,
      firstScore: first,
      scoreStep: columns,
      sides: data,
      firstSide: first + classes,
      sideStep: columns,
    };
    decodeSides({ ...rowsOf, classes, bins: BINS, across, down, stride, centre: 0 }, confidence, into);
    first += across * down * columns;
  }
}
