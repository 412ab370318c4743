// Exports of TensorFlow's Object Detection API and of SSD and EfficientDet in its form: boxes as shares of the picture, upper side first.

import { COCO80 } from "../../coco80.ts";
import { COCO_SLOTS } from "../../coco91.ts";
import { addBox } from "../../decoders/boxes.ts";
import { describeTensors, namedClasses } from "../evidence.ts";
import { type Candidates, type DecodeRequest, type FamilyOf, type ModelFacts, no, type Verdict } from "../family.ts";
import { STRETCH_BYTES } from "../preprocessing.ts";

export const tensorflowDetection: FamilyOf<"detect"> = {
  name: "ssd",
  aliases: ["tf-detection", "tf-od", "efficientdet"],
  task: "detect",
  preprocessing: STRETCH_BYTES,
  needsSuppression: false,
  options: { first_class: "number of the first class: 1, or 0 where classes are counted from 0" },
  // The graph fits any size to its own.
  sizeFor: () => ({ width: 640, height: 640 }),
  match,
  decode,
};

function match(facts: ModelFacts): Verdict {
  const { outputs } = facts.file;
  // Names of TensorFlow may end in the number of an operator's output.
  const place = (wanted: string) => outputs.findIndex(({ name }) => name.replace(/:\d+$/, "") === wanted);
  const [boxes, classes, scores] = [place("detection_boxes"), place("detection_classes"), place("detection_scores")];
  if (Math.min(boxes, classes, scores) < 0) {
    return no(
      `expected "detection_boxes", "detection_classes" and "detection_scores", found ${describeTensors(outputs)}`,
    );
  }
  const count = place("num_detections");
  const layout = { boxes, classes, scores, ...(count < 0 ? {} : { count }) };
  const named = namedClasses(facts);
  const first = facts.options["first_class"] === 0 ? 0 : 1;
  const reason = `boxes, classes and scores by name, classes counted from ${first}`;
  if (first === 0) return { matches: true, classCount: named ?? COCO80.length, layout, reason };
  if (named === null || named === COCO80.length) {
    const ids = "by the ids of COCO's categories";
    return { matches: true, classCount: COCO80.length, slots: COCO_SLOTS, layout, reason: `${reason}, ${ids}` };
  }
  const slots = Array.from({ length: named + 1 }, (_, i) => i - 1);
  return { matches: true, classCount: named, slots, layout, reason };
}

function decode({ outputs, index, layout, confidence, width, height }: DecodeRequest, into: Candidates): void {
  const of = (role: string) => outputs[layout[role] as number]!;
  const [boxes, classes, scores] = [of("boxes"), of("classes"), of("scores")];
  const rows = scores.dims[1] ?? 0;
  const count = layout["count"] === undefined ? rows : Math.min(rows, of("count").data[index] ?? rows);
  for (let i = index * rows; i < index * rows + count; i++) {
    const score = scores.data[i]!;
    if (!(score >= confidence)) continue;
    const [top = 0, left = 0, bottom = 0, right = 0] = boxes.data.subarray(i * 4, i * 4 + 4);
    addBox(into, [left * width, top * height, right * width, bottom * height], { score, classId: classes.data[i]! });
  }
}
