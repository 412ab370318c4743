// RT-DETR, D-FINE and DEIM as their own repositories export them: objects in pixels of a size that is an input.

import { COCO80 } from "../../coco80.ts";
import { addBox } from "../../decoders/boxes.ts";
import { describeTensors, namedClasses, outputNamed } from "../evidence.ts";
import { type Candidates, type DecodeRequest, type FamilyOf, type ModelFacts, no, type Verdict } from "../family.ts";
import { STRETCH_RGB } from "../preprocessing.ts";

const SIZE_INPUT = "orig_target_sizes";

export const rtDetr: FamilyOf<"detect"> = {
  name: "rt-detr",
  aliases: ["rtdetr", "d-fine", "dfine", "deim"],
  task: "detect",
  preprocessing: STRETCH_RGB,
  needsSuppression: false,
  extraInputNames: [SIZE_INPUT],
  extraInputs: ({ batch, width, height }) => [
    {
      name: SIZE_INPUT,
      elementType: "int64",
      dims: [batch, 2],
      values: Array.from({ length: batch }, () => [width, height]).flat(),
    },
  ],
  match,
  decode,
};

function match(facts: ModelFacts): Verdict {
  const { inputs, outputs } = facts.file;
  if (!inputs.some(({ name }) => name === SIZE_INPUT)) return no(`expected an input "${SIZE_INPUT}"`);
  const [labels, boxes, scores] = [
    outputNamed(facts, "labels"),
    outputNamed(facts, "boxes"),
    outputNamed(facts, "scores"),
  ];
  if (labels === undefined || boxes === undefined || scores === undefined) {
    return no(`expected outputs "labels", "boxes" and "scores", found ${describeTensors(outputs)}`);
  }
  const classCount = namedClasses(facts) ?? COCO80.length;
  const layout = { labels: outputs.indexOf(labels), boxes: outputs.indexOf(boxes), scores: outputs.indexOf(scores) };
  return { matches: true, classCount, layout, reason: `an input "${SIZE_INPUT}", and labels, boxes and scores` };
}

function decode({ outputs, index, layout, confidence }: DecodeRequest, into: Candidates): void {
  const of = (role: string) => outputs[layout[role] as number]!;
  const [labels, boxes, scores] = [of("labels"), of("boxes"), of("scores")];
  const count = scores.dims[1] ?? 0;
  for (let i = index * count; i < (index + 1) * count; i++) {
    const score = scores.data[i]!;
    if (!(score >= confidence)) continue;
    const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = boxes.data.subarray(i * 4, i * 4 + 4);
    addBox(into, [x1, y1, x2, y2], { score, classId: labels.data[i]! });
  }
}
