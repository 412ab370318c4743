// MoveNet: y, x and score of the 17 points of a person, as shares of the input; the form for several persons adds boxes.
import { addBox } from "../../decoders/boxes.ts";
import { addPerson } from "../../decoders/whole-person.ts";
import { describeTensors } from "../evidence.ts";
import {
  type Candidates,
  type DecodeRequest,
  type FamilyOf,
  type ItemOutputs,
  type ModelFacts,
  no,
  type Verdict,
} from "../family.ts";
import { STRETCH_BYTES } from "../preprocessing.ts";
import { COCO_POINTS } from "./point-names.ts";

export const movenet: FamilyOf<"keypoints"> = {
  name: "movenet",
  aliases: ["keypoints"],
  task: "keypoints",
  preprocessing: { ...STRETCH_BYTES, fit: "letterbox_top_left" },
  needsSuppression: false,
  confidence: 0.2,
  match,
  decode,
  points,
};

const COUNT = 17;
/** Points, then y min, x min, y max, x max and score of a person. */
const PERSON = COUNT * 3 + 5;

function match({ file: { outputs } }: ModelFacts): Verdict {
  const [output, ...others] = outputs;
  const rest = output?.shape.slice(-2) ?? [];
  const isOne = output?.shape.length === 4 && rest[0] === COUNT && rest[1] === 3;
  const isMany = output?.shape.length === 3 && rest[1] === PERSON;
  if (others.length > 0 || (!isOne && !isMany)) {
    return no(`expected one output of ${COUNT} points of y, x and score, found ${describeTensors(outputs)}`);
  }
  const reason = isOne ? `one output of ${COUNT} points` : `one output of persons with ${COUNT} points and a box`;
  return { matches: true, classCount: 1, layout: { isMany }, reason, points: COCO_POINTS, classes: ["person"] };
}

function decode(request: DecodeRequest, into: Candidates): void {
  const { outputs, index, layout, confidence, width, height } = request;
  if (layout["isMany"] !== true) {
    addPerson(points(request, 0), confidence, into);
    return;
  }
  const { data, dims } = outputs[0]!;
  const rows = dims[1] ?? 0;
  for (let row = 0; row < rows; row++) {
    const at = (index * rows + row) * PERSON + COUNT * 3;
    const [top = 0, left = 0, bottom = 0, right = 0, score = 0] = data.subarray(at, at + 5);
    const box = [left * width, top * height, right * width, bottom * height] as const;
    if (score >= confidence) addBox(into, box, { score, classId: 0, origin: row });
  }
}

function points({ outputs, index, layout, width, height }: ItemOutputs, row: number): Float32Array {
  const { data, dims } = outputs[0]!;
  const first = layout["isMany"] === true ? (index * dims[1]! + row) * PERSON : index * COUNT * 3;
  const found = new Float32Array(COUNT * 3);
  for (let i = 0; i < found.length; i += 3) {
    found.set([data[first + i + 1]! * width, data[first + i]! * height, data[first + i + 2]!], i);
  }
  return found;
}
