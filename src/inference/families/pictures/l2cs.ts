// L2CS-Net (Abdelrahman et al., 2022): where a face looks, as two angles or as logits of bins of angles.
import type { Gaze } from "../../../kinds/model-task.ts";
import { softmax } from "../../decoders/scores.ts";
import { describeTensors } from "../evidence.ts";
import { type FamilyOf, type ItemOutputs, type ModelFacts, no, type Verdict } from "../family.ts";
import { IMAGENET } from "../preprocessing.ts";

export const l2cs: FamilyOf<"gaze"> = {
  name: "l2cs",
  aliases: ["gaze"],
  task: "gaze",
  preprocessing: IMAGENET,
  options: { first: '"yaw" or "pitch": which the first output is, where names do not tell' },
  sizeFor: () => ({ width: SIDE, height: SIDE }),
  match,
  gaze,
};

const SIDE = 448;

/** Degrees of a bin and of the first one, by their number: Gaze360 and MPIIGaze. */
const BINS: Readonly<Record<number, readonly [step: number, first: number]>> = { 90: [4, -180], 28: [3, -42] };

function match({ file: { outputs }, options }: ModelFacts): Verdict {
  const sizes = outputs.map(({ shape }) =>
    shape.slice(1).every((dim) => dim === 1) ? 1 : shape.length === 2 ? shape[1] : 0,
  );
  const [size] = sizes;
  const isAngle = size === 1;
  const isPair = outputs.length === 2 && sizes[0] === sizes[1];
  if (!isPair || !(isAngle || (typeof size === "number" && size in BINS))) {
    return no(`expected two angles or two rows of 90 or 28 bins of them, found ${describeTensors(outputs)}`);
  }
  const yaw = placeOf(
    outputs.map(({ name }) => name),
    options["first"],
  );
  if (yaw === null) {
    return no(
      `two outputs of ${isAngle ? "one number" : `${size} bins`}, and nothing tells which is yaw`,
      "the option first",
    );
  }
  const reason = `${isAngle ? "an angle" : `${size} bins of angles`} for yaw and for pitch`;
  return {
    matches: true,
    classCount: 0,
    layout: { yaw, ...(options["first"] === undefined ? {} : { first: options["first"] }) },
    reason,
  };
}

/** Which output is yaw. */
function placeOf(names: readonly string[], first: unknown): number | null {
  if (first === "yaw" || first === "pitch") return first === "yaw" ? 0 : 1;
  const isNamed = (word: string) => names.map((name) => name.toLowerCase().includes(word));
  const [yaw, pitch] = [isNamed("yaw"), isNamed("pitch")];
  const place = yaw.indexOf(true);
  return place >= 0 && yaw.indexOf(true, place + 1) < 0 && pitch[1 - place] === true && pitch[place] === false
    ? place
    : null;
}

function gaze({ outputs, index, layout }: ItemOutputs): Gaze {
  const place = layout["yaw"] as number;
  const angle = (at: number) => {
    const { data, dims } = outputs[at]!;
    const size = data.length / dims[0]!;
    return angleOf(data.subarray(index * size, (index + 1) * size));
  };
  return { yaw: angle(place), pitch: angle(1 - place) };
}

/** In radians; what bins expect of them. */
function angleOf(numbers: Float32Array): number {
  const [step, first] = BINS[numbers.length] ?? [0, 0];
  if (step === 0) return numbers[0]!;
  const degrees = softmax(numbers).reduce((sum, share, bin) => sum + share * (bin * step + first), 0);
  return (degrees * Math.PI) / 180;
}
