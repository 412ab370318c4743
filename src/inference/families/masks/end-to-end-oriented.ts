// Detectors of oriented boxes that choose their objects themselves (YOLO26-obb, exports with suppression inside): rows of a centre, a size,
// a score, a class and an angle in radians.
import { addBox } from "../../decoders/boxes.ts";
import { boundOf, cornersAt } from "../../decoders/oriented-box.ts";
import { namedClasses, onlyOutput } from "../evidence.ts";
import type { Verdict } from "../family.ts";
import {
  type Candidates,
  type DecodeRequest,
  type FamilyOf,
  type ItemOutputs,
  type ModelFacts,
  no,
} from "../family.ts";
import { LETTERBOX_RGB } from "../preprocessing.ts";

export const endToEndOriented: FamilyOf<"segment"> = {
  name: "end-to-end-obb",
  aliases: ["yolo26-obb"],
  task: "segment",
  preprocessing: LETTERBOX_RGB,
  needsSuppression: false,
  match,
  decode,
  corners,
};

const COLUMNS = 7;

function match(facts: ModelFacts): Verdict {
  const dims = onlyOutput(facts);
  if (typeof dims === "string") return no(dims);
  if (dims[1] !== COLUMNS) return no(`expected ${COLUMNS} columns: a box, a score, a class and an angle`);
  if (!facts.stated && facts.task?.text !== "obb")
    return no("nothing tells that its rows end in an angle", "the family");
  const classCount = namedClasses(facts);
  if (classCount === null) return no("nothing names the classes, which the output does not count", "classes");
  return { matches: true, classCount, reason: "one output of rows with a box, a score, a class and an angle" };
}

function decode(request: DecodeRequest, into: Candidates): void {
  const { outputs, index, confidence } = request;
  const { data, dims } = outputs[0]!;
  const [, rows = 0] = dims;
  for (let row = 0; row < rows; row++) {
    const at = (index * rows + row) * COLUMNS;
    const score = data[at + 4]!;
    if (!(score >= confidence) || score === 0) continue;
    addBox(into, boundOf(corners(request, row)), { score, classId: data[at + 5]!, origin: row });
  }
}

function corners({ outputs, index }: ItemOutputs, row: number): Float32Array {
  const { data, dims } = outputs[0]!;
  const at = (index * dims[1]! + row) * COLUMNS;
  const [x = 0, y = 0, width = 0, height = 0, , , angle = 0] = data.subarray(at, at + COLUMNS);
  return cornersAt({ x, y, width, height, angle });
}
