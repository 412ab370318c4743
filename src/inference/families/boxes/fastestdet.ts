// FastestDet: one map of a sixteenth of the input's size; a cell's score joins objectness and class.
import { COCO80 } from "../../coco80.ts";
import { addBox, cornersOf, largest } from "../../decoders/boxes.ts";
import { logistic } from "../../decoders/scores.ts";
import { describeTensors, namedClasses } from "../evidence.ts";
import { type Candidates, type DecodeRequest, type FamilyOf, type ModelFacts, no, type Verdict } from "../family.ts";
import { STRETCH_RGB } from "../preprocessing.ts";

export const fastestdet: FamilyOf<"detect"> = {
  name: "fastestdet",
  task: "detect",
  preprocessing: { ...STRETCH_RGB, order: "bgr" },
  needsSuppression: true,
  match,
  decode,
};

/** Objectness, place in the cell, size. */
const CHANNELS = 5;
const STRIDE = 16;

function match(facts: ModelFacts): Verdict {
  const { outputs } = facts.file;
  const { width, height } = facts.image;
  const [output, ...others] = outputs;
  const [, channels, down, across] = output?.shape ?? [];
  if (others.length > 0 || output?.shape.length !== 4 || typeof channels !== "number" || channels <= CHANNELS) {
    return no(`expected one map of 5 + the number of classes, found ${describeTensors(outputs)}`);
  }
  if (width === null || height === null || down !== height / STRIDE || across !== width / STRIDE) {
    return no(`the map is not a ${STRIDE}th of the input`);
  }
  const classCount = channels - CHANNELS;
  const named = namedClasses(facts);
  if (named !== null && named !== classCount) return no(`there are ${named} class names, and ${classCount} scores`);
  if (!facts.stated && named === null && classCount !== COCO80.length) {
    return no("nothing tells its map from one of semantic segmentation", "the family");
  }
  return { matches: true, classCount, reason: `one map of ${across}x${down} cells with 5 + ${classCount} channels` };
}

function decode({ outputs, index, confidence, width, height }: DecodeRequest, into: Candidates): void {
  const { data, dims } = outputs[0]!;
  const [, channels = 0, down = 0, across = 0] = dims;
  const plane = down * across;
  const first = index * channels * plane;
  for (let cell = 0; cell < plane; cell++) {
    const value = (channel: number) => data[first + channel * plane + cell]!;
    // A class score is at most 1, so most cells end here.
    const objectness = value(0) ** 0.6;
    if (!(objectness >= confidence)) continue;
    const best = largest(data, first + CHANNELS * plane + cell, channels - CHANNELS, plane);
    const score = objectness * data[best]! ** 0.4;
    if (!(score >= confidence)) continue;
    const x = (((cell % across) + Math.tanh(value(1))) / across) * width;
    const y = ((Math.floor(cell / across) + Math.tanh(value(2))) / down) * height;
    const box = cornersOf(x, y, logistic(value(3)) * width, logistic(value(4)) * height);
    addBox(into, box, { score, classId: Math.floor((best - first) / plane) - CHANNELS });
  }
}
