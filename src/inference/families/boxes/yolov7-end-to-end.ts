// YOLOv7 exported with `--end2end --max-wh`: one row for each object of the whole batch.
import { addBox } from "../../decoders/boxes.ts";
import { describeTensors, namedClasses } from "../evidence.ts";
import type { Candidates, DecodeRequest, FamilyOf, ModelFacts, Verdict } from "../family.ts";
import { no } from "../family.ts";
import { LETTERBOX_RGB } from "../preprocessing.ts";

export const yolov7EndToEnd: FamilyOf<"detect"> = {
  name: "yolov7-end2end",
  aliases: ["yolov7"],
  task: "detect",
  preprocessing: LETTERBOX_RGB,
  needsSuppression: false,
  match,
  decode,
};

/** Picture of the batch, x min, y min, x max, y max, class, score. */
const COLUMNS = 7;

function match(facts: ModelFacts): Verdict {
  const { outputs } = facts.file;
  const [output] = outputs;
  if (outputs.length !== 1 || output?.shape.length !== 2 || output.shape[1] !== COLUMNS) {
    return no(`expected one output of ${COLUMNS} columns, found ${describeTensors(outputs)}`);
  }
  if (!facts.stated && output.name !== "output") {
    return no("rows of 7 numbers are those of several families", "the family");
  }
  const classCount = namedClasses(facts);
  if (classCount === null) return no("nothing names the classes, which the output does not count", "classes");
  return { matches: true, classCount, reason: "one output of rows with a picture, a box, a class and a score" };
}

function decode({ outputs, index, confidence }: DecodeRequest, into: Candidates): void {
  const { data } = outputs[0]!;
  for (let at = 0; at < data.length; at += COLUMNS) {
    const [, x1 = 0, y1 = 0, x2 = 0, y2 = 0, classId = 0, score = 0] = data.subarray(at, at + COLUMNS);
    if (data[at] === index && score >= confidence) addBox(into, [x1, y1, x2, y2], { score, classId });
  }
}
