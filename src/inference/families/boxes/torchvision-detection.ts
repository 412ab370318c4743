// Detectors of torchvision and SSD of the ONNX model zoo: boxes, labels and scores by name, background counted as class 0.
import { COCO80 } from "../../coco80.ts";
import { COCO_SLOTS } from "../../coco91.ts";
import { addBox } from "../../decoders/boxes.ts";
import { describeTensors, namedClasses } from "../evidence.ts";
import type { Candidates, DecodeRequest, FamilyOf, ItemOutputs, Layout, ModelFacts, Verdict } from "../family.ts";
import { no } from "../family.ts";
import { IMAGENET } from "../preprocessing.ts";

export const torchvisionDetection: FamilyOf<"detect"> = {
  name: "torchvision-detection",
  aliases: ["faster-rcnn", "retinanet"],
  task: "detect",
  preprocessing: IMAGENET,
  needsSuppression: false,
  match,
  settle,
  decode,
};

function match(facts: ModelFacts): Verdict {
  const { outputs } = facts.file;
  const place = (...names: string[]) => outputs.findIndex(({ name }) => names.includes(name));
  const [boxes, labels, scores] = [place("boxes", "bboxes"), place("labels"), place("scores")];
  if (outputs.length !== 3 || Math.min(boxes, labels, scores) < 0) {
    return no(`expected outputs "boxes", "labels" and "scores", found ${describeTensors(outputs)}`);
  }
  const named = namedClasses(facts);
  const layout = { boxes, labels, scores };
  const reason = "boxes, labels and scores by name, classes counted from 1";
  if (named === null || named === COCO80.length) {
    return { matches: true, classCount: COCO80.length, slots: COCO_SLOTS, layout, reason };
  }
  return {
    matches: true,
    classCount: named,
    slots: Array.from({ length: named + 1 }, (_, i) => i - 1),
    layout,
    reason,
  };
}

/** Some give pixels, some shares of the input. */
function settle({ outputs, layout }: ItemOutputs): Layout {
  const { data } = outputs[layout["boxes"] as number]!;
  return { isShare: data.length > 0 && data.every((value) => value <= 1.5) };
}

function decode({ outputs, index, layout, confidence, width, height }: DecodeRequest, into: Candidates): void {
  const of = (role: string) => outputs[layout[role] as number]!;
  const [boxes, labels, scores] = [of("boxes"), of("labels"), of("scores")];
  const rows = scores.dims.length > 1 ? scores.dims[1]! : scores.data.length;
  const [across, down] = layout["isShare"] === true ? [width, height] : [1, 1];
  for (let i = index * rows; i < (index + 1) * rows; i++) {
    const score = scores.data[i]!;
    if (!(score >= confidence)) continue;
    const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = boxes.data.subarray(i * 4, i * 4 + 4);
    addBox(into, [x1 * across, y1 * down, x2 * across, y2 * down], { score, classId: labels.data[i]! });
  }
}
