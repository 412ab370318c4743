// YuNet (Wu et al., "YuNet: A Tiny Millisecond-level Face Detector", 2023): for each stride scores, boxes and five points of a face.
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

export const FACE_POINTS: readonly string[] = ["right_eye", "left_eye", "nose", "right_mouth", "left_mouth"];

export const yunet: FamilyOf<"keypoints"> = {
  name: "yunet",
  task: "keypoints",
  preprocessing: { ...STRETCH_BYTES, order: "bgr" },
  needsSuppression: true,
  confidence: 0.6,
  match,
  decode,
  points,
};

const STRIDES = [8, 16, 32];
const ROLES = ["cls", "obj", "bbox", "kps"];

function match({ file: { outputs } }: ModelFacts): Verdict {
  const places = ROLES.map((role) =>
    STRIDES.map((stride) => outputs.findIndex(({ name }) => name === `${role}_${stride}`)),
  );
  if (places.flat().some((at) => at < 0)) {
    return no(`expected "cls_8", "obj_8", "bbox_8", "kps_8" and so on, found ${describeTensors(outputs)}`);
  }
  const layout = Object.fromEntries(ROLES.map((role, i) => [role, places[i]!]));
  return {
    matches: true,
    classCount: 1,
    layout,
    reason: "scores, boxes and points of strides 8, 16, 32 by name",
    points: FACE_POINTS,
    classes: ["face"],
  };
}

/** Where the cells of a stride begin when those of all are counted. */
function* cellsOf({ width, height }: ItemOutputs) {
  let first = 0;
  for (const [map, stride] of STRIDES.entries()) {
    const [across, down] = [Math.ceil(width / stride), Math.ceil(height / stride)];
    yield { map, stride, across, count: across * down, first };
    first += across * down;
  }
}

function mapOf({ outputs, layout }: ItemOutputs, role: string, map: number): Float32Array {
  return outputs[(layout[role] as readonly number[])[map]!]!.data;
}

function decode(request: DecodeRequest, into: Candidates): void {
  const { index, confidence } = request;
  for (const { map, stride, across, count, first } of cellsOf(request)) {
    const [classes, objects, boxes] = ["cls", "obj", "bbox"].map((role) => mapOf(request, role, map)) as [
      Float32Array,
      Float32Array,
      Float32Array,
    ];
    for (let cell = 0; cell < count; cell++) {
      const at = index * count + cell;
      const score = Math.sqrt(unit(classes[at]!) * unit(objects[at]!));
      if (!(score >= confidence)) continue;
      const [dx = 0, dy = 0, w = 0, h = 0] = boxes.subarray(at * 4, at * 4 + 4);
      const [x, y] = [((cell % across) + dx) * stride, (Math.floor(cell / across) + dy) * stride];
      addBox(into, cornersOf(x, y, Math.exp(w) * stride, Math.exp(h) * stride), {
        score,
        classId: 0,
        origin: first + cell,
      });
    }
  }
}

function unit(value: number): number {
  return Math.max(0, Math.min(1, value));
}

/** Every point scores 1: the model gives no scores of points. */
function points(item: ItemOutputs, origin: number): Float32Array {
  const found = new Float32Array(FACE_POINTS.length * 3);
  for (const { map, stride, across, count, first } of cellsOf(item)) {
    const cell = origin - first;
    if (cell < 0 || cell >= count) continue;
    const data = mapOf(item, "kps", map);
    const at = (item.index * count + cell) * FACE_POINTS.length * 2;
    for (let i = 0; i < FACE_POINTS.length; i++) {
      const x = (data[at + i * 2]! + (cell % across)) * stride;
      found.set([x, (data[at + i * 2 + 1]! + Math.floor(cell / across)) * stride, 1], i * 3);
    }
  }
  return found;
}
