// UltraFace (Linzaer): corners of faces as shares of the picture, and scores of background and face.
import { addBox } from "../../decoders/boxes.ts";
import { describeTensors } from "../evidence.ts";
import { type Candidates, type DecodeRequest, type FamilyOf, type ModelFacts, no, type Verdict } from "../family.ts";

export const ultraface: FamilyOf<"detect"> = {
  name: "ultraface",
  task: "detect",
  preprocessing: { order: "rgb", scale: 1, mean: [127, 127, 127], std: [128, 128, 128], fit: "stretch", pad: 0 },
  needsSuppression: true,
  confidence: 0.7,
  match,
  decode,
};

/** Strides of its maps and boxes of a cell. */
const MAPS = [
  [8, 3],
  [16, 2],
  [32, 2],
  [64, 3],
] as const;

function match({ file: { outputs }, image: { width, height } }: ModelFacts): Verdict {
  const [scores, boxes] = ["scores", "boxes"].map((wanted) => outputs.findIndex(({ name }) => name === wanted)) as [
    number,
    number,
  ];
  const [shape, other] = [outputs[scores]?.shape, outputs[boxes]?.shape];
  if (outputs.length !== 2 || shape?.length !== 3 || other?.length !== 3 || shape[2] !== 2 || other[2] !== 4) {
    return no(`expected "scores" of 2 columns and "boxes" of 4, found ${describeTensors(outputs)}`);
  }
  const count = MAPS.reduce(
    (sum, [stride, each]) => sum + Math.ceil((width ?? 0) / stride) * Math.ceil((height ?? 0) / stride) * each,
    0,
  );
  if (shape[1] !== count) return no(`expected ${count} boxes for its input, found ${shape[1]}`);
  const layout = { scores, boxes };
  return {
    matches: true,
    classCount: 1,
    layout,
    reason: `${count} boxes with scores of background and face`,
    classes: ["face"],
  };
}

function decode({ outputs, index, layout, confidence, width, height }: DecodeRequest, into: Candidates): void {
  const scores = outputs[layout["scores"] as number]!;
  const boxes = outputs[layout["boxes"] as number]!;
  const rows = scores.dims[1] ?? 0;
  for (let i = index * rows; i < (index + 1) * rows; i++) {
    const score = scores.data[i * 2 + 1]!;
    if (!(score >= confidence)) continue;
    const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = boxes.data.subarray(i * 4, i * 4 + 4);
    addBox(into, [x1 * width, y1 * height, x2 * width, y2 * height], { score, classId: 0 });
  }
}
