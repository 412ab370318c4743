// Detectors that MMDeploy exports with suppression inside: corners and a score in one output, classes in the other.

import { COCO80 } from "../../coco80.ts";
import { addBox } from "../../decoders/boxes.ts";
import { describeTensors, namedClasses } from "../evidence.ts";
import { type Candidates, type DecodeRequest, type FamilyOf, type ModelFacts, no, type Verdict } from "../family.ts";
import { LETTERBOX_RGB } from "../preprocessing.ts";

export const mmdeploy: FamilyOf<"detect"> = {
  name: "mmdeploy",
  aliases: ["rtmdet"],
  task: "detect",
  preprocessing: { ...LETTERBOX_RGB, fit: "letterbox_top_left", order: "bgr", scale: 1 },
  needsSuppression: false,
  match,
  decode,
};

/** x min, y min, x max, y max, score. */
const COLUMNS = 5;

function match(facts: ModelFacts): Verdict {
  const { outputs } = facts.file;
  const [boxes, labels] = ["dets", "labels"].map((wanted) => outputs.findIndex(({ name }) => name === wanted)) as [
    number,
    number,
  ];
  const [shape, other] = [outputs[boxes]?.shape ?? [], outputs[labels]?.shape ?? []];
  if (shape.length !== 3 || shape[2] !== COLUMNS || other.length !== 2) {
    return no(`expected "dets" of ${COLUMNS} columns and "labels", found ${describeTensors(outputs)}`);
  }
  const classCount = namedClasses(facts) ?? COCO80.length;
  return {
    matches: true,
    classCount,
    layout: { boxes, labels },
    reason: '"dets" with a score in each row, and "labels"',
  };
}

function decode({ outputs, index, layout, confidence }: DecodeRequest, into: Candidates): void {
  const boxes = outputs[layout["boxes"] as number]!;
  const labels = outputs[layout["labels"] as number]!;
  const rows = boxes.dims[1] ?? 0;
  for (let i = index * rows; i < (index + 1) * rows; i++) {
    const [x1 = 0, y1 = 0, x2 = 0, y2 = 0, score = 0] = boxes.data.subarray(i * COLUMNS, (i + 1) * COLUMNS);
    if (score >= confidence && score > 0) addBox(into, [x1, y1, x2, y2], { score, classId: labels.data[i]! });
  }
}
