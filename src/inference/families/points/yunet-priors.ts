// YuNet as it was before 2022: boxes and five points relative to priors of four strides.
import { addBox, cornersOf } from "../../decoders/boxes.ts";
import { describeTensors } from "../evidence.ts";
import {
  type Candidates,
  type DecodeRequest,
  type FamilyOf,
  type ItemOutputs,
  type ModelFacts,
  no,
  type Verdict,
} from "../family.ts";
import { STRETCH_BYTES } from "../preprocessing.ts";
import { FACE_POINTS } from "./yunet.ts";

export const yunetPriors: FamilyOf<"keypoints"> = {
  name: "yunet-priors",
  aliases: ["yunet"],
  task: "keypoints",
  preprocessing: { ...STRETCH_BYTES, order: "bgr" },
  needsSuppression: true,
  confidence: 0.6,
  match,
  decode,
  points,
};

/** Strides and the sides of their priors. */
const PRIORS = [
  [8, [10, 16, 24]],
  [16, [32, 48]],
  [32, [64, 96]],
  [64, [128, 192, 256]],
] as const;

function match({ file: { outputs }, image }: ModelFacts): Verdict {
  const place = (wanted: string, columns: number) =>
    outputs.findIndex(({ name, shape }) => name === wanted && shape.at(-1) === columns);
  const layout = { loc: place("loc", 14), conf: place("conf", 2), iou: place("iou", 1) };
  if (Math.min(...Object.values(layout)) < 0) {
    return no(`expected "loc" of 14 columns, "conf" of 2 and "iou", found ${describeTensors(outputs)}`);
  }
  const count = [...priors(image.width ?? 0, image.height ?? 0)].length;
  const rows = outputs[layout.loc]?.shape.at(-2);
  if (typeof rows === "number" && rows !== count) return no(`expected ${count} priors for its input, found ${rows}`);
  return {
    matches: true,
    classCount: 1,
    layout,
    reason: `"loc", "conf" and "iou" of ${count} priors`,
    points: FACE_POINTS,
    classes: ["face"],
  };
}

interface Prior {
  x: number;
  y: number;
  side: number;
}

/** Each map is half of the one before, rounded down. */
function* priors(width: number, height: number): Generator<Prior> {
  for (const [stride, sides] of PRIORS) {
    const [across, down] = [Math.floor(width / stride), Math.floor(height / stride)];
    for (let cell = 0; cell < across * down; cell++) {
      const [x, y] = [((cell % across) + 0.5) * stride, (Math.floor(cell / across) + 0.5) * stride];
      for (const side of sides) yield { x, y, side };
    }
  }
}

const COLUMNS = 14;

function decode(request: DecodeRequest, into: Candidates): void {
  const { outputs, layout, confidence, width, height } = request;
  const of = (role: string) => outputs[layout[role] as number]!.data;
  const [places, scores, overlaps] = [of("loc"), of("conf"), of("iou")];
  let i = 0;
  for (const { x, y, side } of priors(width, height)) {
    const score = Math.sqrt(scores[i * 2 + 1]! * Math.max(0, Math.min(1, overlaps[i]!)));
    if (score >= confidence) {
      const [dx = 0, dy = 0, w = 0, h = 0] = places.subarray(i * COLUMNS, i * COLUMNS + 4);
      const box = cornersOf(
        x + dx * 0.1 * side,
        y + dy * 0.1 * side,
        side * Math.exp(w * 0.1),
        side * Math.exp(h * 0.2),
      );
      addBox(into, box, { score, classId: 0, origin: i });
    }
    i++;
  }
}

function points({ outputs, layout, width, height }: ItemOutputs, origin: number): Float32Array {
  const data = outputs[layout["loc"] as number]!.data;
  const { x, y, side } = [...priors(width, height)][origin]!;
  const found = new Float32Array(FACE_POINTS.length * 3);
  for (let i = 0; i < FACE_POINTS.length; i++) {
    const at = origin * COLUMNS + 4 + i * 2;
    found.set([x + data[at]! * 0.1 * side, y + data[at + 1]! * 0.1 * side, 1], i * 3);
  }
  return found;
}
