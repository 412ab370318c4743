// YOLO-NAS and other exports of super-gradients with suppression inside: a number of objects with their boxes, scores and classes.

import { COCO80 } from "../../coco80.ts";
import { addBox } from "../../decoders/boxes.ts";
import { describeTensors, namedClasses, outputNamed } from "../evidence.ts";
import { type Candidates, type DecodeRequest, type FamilyOf, type ModelFacts, no, type Verdict } from "../family.ts";
import { LETTERBOX_RGB } from "../preprocessing.ts";
import { bytesAsTheyAre } from "./yolo-nas.ts";

export const yoloNasEndToEnd: FamilyOf<"detect"> = {
  name: "yolo-nas-nms",
  aliases: ["yolo-nas", "yolonas"],
  task: "detect",
  preprocessing: LETTERBOX_RGB,
  needsSuppression: false,
  match,
  decode,
};

function match(facts: ModelFacts): Verdict {
  const { outputs } = facts.file;
  const classCount = namedClasses(facts) ?? COCO80.length;
  const preprocessing = bytesAsTheyAre(facts);
  const flat = outputNamed(facts, "flat_predictions");
  if (flat !== undefined && flat.shape[1] === FLAT) {
    return {
      matches: true,
      classCount,
      layout: { flat: outputs.indexOf(flat) },
      reason: "flat predictions by name",
      preprocessing,
    };
  }
  const count = outputNamed(facts, "num_predictions", "num_detections", "num_dets");
  const boxes = outputNamed(facts, "pred_boxes", "boxes", "det_boxes");
  const scores = outputNamed(facts, "pred_scores", "scores", "det_scores");
  const classes = outputNamed(facts, "pred_classes", "classes", "labels", "det_classes");
  if (count === undefined || boxes === undefined || scores === undefined || classes === undefined) {
    return no(`expected the number of predictions, their boxes, scores and classes, found ${describeTensors(outputs)}`);
  }
  const at = (tensor: typeof count) => outputs.indexOf(tensor);
  const layout = { count: at(count), boxes: at(boxes), scores: at(scores), classes: at(classes) };
  return {
    matches: true,
    classCount,
    layout,
    reason: "a number of predictions with boxes, scores and classes",
    preprocessing,
  };
}

/** Picture of the batch, x min, y min, x max, y max, score, class. */
const FLAT = 7;

function decode(request: DecodeRequest, into: Candidates): void {
  if (request.layout["flat"] === undefined) decodeCounted(request, into);
  else decodeFlat(request, into);
}

function decodeCounted({ outputs, index, layout, confidence }: DecodeRequest, into: Candidates): void {
  const of = (role: string) => outputs[layout[role] as number]!;
  const [boxes, scores, classes] = [of("boxes"), of("scores"), of("classes")];
  const rows = boxes.dims[1] ?? 0;
  const count = Math.min(rows, of("count").data[index] ?? 0);
  for (let i = index * rows; i < index * rows + count; i++) {
    const score = scores.data[i]!;
    if (!(score >= confidence)) continue;
    const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = boxes.data.subarray(i * 4, i * 4 + 4);
    addBox(into, [x1, y1, x2, y2], { score, classId: classes.data[i]! });
  }
}

function decodeFlat({ outputs, index, layout, confidence }: DecodeRequest, into: Candidates): void {
  const { data } = outputs[layout["flat"] as number]!;
  for (let at = 0; at < data.length; at += FLAT) {
    const [picture, x1 = 0, y1 = 0, x2 = 0, y2 = 0, score = 0, classId = 0] = data.subarray(at, at + FLAT);
    if (picture === index && score >= confidence) addBox(into, [x1, y1, x2, y2], { score, classId });
  }
}
