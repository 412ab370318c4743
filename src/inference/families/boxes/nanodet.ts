// NanoDet: for each stride a map of scores and one of the distances to the sides, by name.
import { decodeSides } from "../../decoders/side-bins.ts";
import { contradiction, describeTensors } from "../evidence.ts";
import {
  type Candidates,
  type DecodeRequest,
  type FamilyOf,
  type Layout,
  type ModelFacts,
  no,
  type Verdict,
} from "../family.ts";

export const nanodet: FamilyOf<"detect"> = {
  name: "nanodet",
  task: "detect",
  preprocessing: {
    order: "bgr",
    scale: 1,
    mean: [103.53, 116.28, 123.675],
    std: [57.375, 57.12, 58.395],
    fit: "letterbox_center",
    pad: 0,
  },
  needsSuppression: true,
  match,
  decode,
};

const SCORES = /^cls_pred_stride_(\d+)$/;

function match(facts: ModelFacts): Verdict {
  const { outputs } = facts.file;
  const strides = outputs.flatMap(({ name }) => SCORES.exec(name)?.[1] ?? []).map(Number);
  const places = (prefix: string) =>
    strides.map((stride) => outputs.findIndex(({ name }) => name === `${prefix}_${stride}`));
  const [scores, sides] = [places("cls_pred_stride"), places("dis_pred_stride")];
  if (strides.length === 0 || sides.some((at) => at < 0)) {
    return no(`expected "cls_pred_stride_8" and "dis_pred_stride_8" and so on, found ${describeTensors(outputs)}`);
  }
  const classCount = outputs[scores[0]!]?.shape[2];
  const numbers = outputs[sides[0]!]?.shape[2];
  if (typeof classCount !== "number" || typeof numbers !== "number" || numbers % 4 !== 0) {
    return no("expected a fixed number of scores and of steps");
  }
  const against = contradiction(facts, classCount, `${classCount} scores`);
  if (against !== null) return no(against);
  const layout: Layout = { strides, scores, sides, bins: numbers / 4 };
  return { matches: true, classCount, layout, reason: `maps of scores and sides of strides ${strides.join(", ")}` };
}

function decode({ outputs, index, layout, confidence, width, height }: DecodeRequest, into: Candidates): void {
  const numbers = (role: string) => layout[role] as readonly number[];
  for (const [i, stride] of numbers("strides").entries()) {
    const scores = outputs[numbers("scores")[i]!]!;
    const sides = outputs[numbers("sides")[i]!]!;
    const [across, down] = [Math.ceil(width / stride), Math.ceil(height / stride)];
    const [classes, sideStep] = [scores.dims[2]!, sides.dims[2]!];
    const map = { scores: scores.data, firstScore: index * across * down * classes, scoreStep: classes };
    const more = {
      sides: sides.data,
      firstSide: index * across * down * sideStep,
      sideStep,
      bins: layout["bins"] as number,
    };
    // The centre lies half a pixel of the input before the middle of the cell.
    const centre = (0.5 * (stride - 1)) / stride;
    decodeSides({ ...map, ...more, classes, across, down, stride, centre }, confidence, into);
  }
}
