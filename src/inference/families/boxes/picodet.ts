// PicoDet (PaddleDetection) without post-processing: for each stride a map of scores, then for each a map of the distances to the sides.
import { decodeSides } from "../../decoders/side-bins.ts";
import { contradiction, describeTensors } from "../evidence.ts";
import { type Candidates, type DecodeRequest, type FamilyOf, type ModelFacts, no, type Verdict } from "../family.ts";
import { IMAGENET } from "../preprocessing.ts";

export const picodet: FamilyOf<"detect"> = {
  name: "picodet",
  task: "detect",
  preprocessing: { ...IMAGENET, order: "bgr" },
  needsSuppression: true,
  match,
  decode,
};

const STRIDES = [8, 16, 32, 64];
const BINS = 8;

function match(facts: ModelFacts): Verdict {
  const { outputs, inputs } = facts.file;
  const { width, height } = facts.image;
  const count = outputs.length / 2;
  if (![3, 4].includes(count) || outputs.some(({ shape }) => shape.length !== 3) || inputs.length !== 1) {
    return no(`expected maps of scores and of sides for 3 or 4 strides, found ${describeTensors(outputs)}`);
  }
  const classCount = outputs[0]!.shape[2];
  const isLaidOut = outputs.every(({ shape }, i) => shape[2] === (i < count ? classCount : 4 * BINS));
  if (typeof classCount !== "number" || !isLaidOut) return no("expected the maps of scores before those of sides");
  const cells = STRIDES.map((stride) => Math.ceil((width ?? 0) / stride) * Math.ceil((height ?? 0) / stride));
  if (!facts.stated && outputs.some(({ name }) => name.startsWith("cls_pred_stride")))
    return no("its outputs have the names of another family");
  const isFitting = outputs.every(({ shape: [, rows] }, i) => typeof rows === "string" || rows === cells[i % count]);
  if (!isFitting) return no("the maps are not of the cells of strides 8, 16, 32 and 64");
  const against = contradiction(facts, classCount, `${classCount} scores`);
  if (against !== null) return no(against);
  return { matches: true, classCount, reason: `maps of ${classCount} scores and of sides for ${count} strides` };
}

function decode({ outputs, index, confidence, width, height }: DecodeRequest, into: Candidates): void {
  const count = outputs.length / 2;
  for (let i = 0; i < count; i++) {
    const [stride, scores, sides] = [STRIDES[i]!, outputs[i]!, outputs[i + count]!];
    const [across, down] = [Math.ceil(width / stride), Math.ceil(height / stride)];
    const [classes, sideStep] = [scores.dims[2]!, sides.dims[2]!];
    const map = { scores: scores.data, firstScore: index * across * down * classes, scoreStep: classes };
    const more = { sides: sides.data, firstSide: index * across * down * sideStep, sideStep, bins: BINS };
    decodeSides({ ...map, ...more, classes, across, down, stride, centre: 0.5 }, confidence, into);
  }
}
