// YOLO-NAS (Deci, super-gradients) without suppression inside: corners in pixels of the input, and scores of classes.

import { addBox, largest } from "../../decoders/boxes.ts";
import { stridesOf } from "../../decoders/grid.ts";
import { contradiction, describeTensors } from "../evidence.ts";
import {
  type Candidates,
  type DecodeRequest,
  type FamilyOf,
  type ModelFacts,
  no,
  type Preprocessing,
  type Verdict,
} from "../family.ts";
import { LETTERBOX_RGB } from "../preprocessing.ts";

export const yoloNas: FamilyOf<"detect"> = {
  name: "yolo-nas",
  aliases: ["yolonas"],
  task: "detect",
  preprocessing: LETTERBOX_RGB,
  needsSuppression: true,
  match,
  decode,
};

/** Boxes that its own exporter keeps before suppression. */
const KEPT = 1000;

function match(facts: ModelFacts): Verdict {
  const { outputs } = facts.file;
  const shapes = outputs.map(({ shape }) => shape);
  if (outputs.length !== 2 || shapes.some((shape) => shape.length !== 3) || shapes[0]![1] !== shapes[1]![1]) {
    return no(`expected boxes [n, cells, 4] and scores [n, cells, classes], found ${describeTensors(outputs)}`);
  }
  const boxes = shapes[0]![2] === 4 ? 0 : shapes[1]![2] === 4 ? 1 : -1;
  const classCount = shapes[1 - boxes]?.[2];
  if (boxes < 0 || typeof classCount !== "number") return no("neither output has 4 columns");
  const cells = shapes[0]![1]!;
  if (!facts.stated && !isCells(cells, facts)) return no(`${cells} rows are not the cells of its input`);
  const against = contradiction(facts, classCount, `${classCount} columns of scores`);
  if (against !== null) return no(against);
  return {
    matches: true,
    classCount,
    layout: { boxes, scores: 1 - boxes },
    reason: `${cells} boxes, and ${classCount} scores for each`,
    preprocessing: bytesAsTheyAre(facts),
  };
}

function isCells(cells: number | string, { image: { width, height } }: ModelFacts): boolean {
  if (typeof cells === "string" || width === null || height === null) return false;
  return cells === KEPT || stridesOf(width, height, cells) !== null;
}

/** Its exporter may put the scaling into the graph, which then takes bytes. */
export function bytesAsTheyAre({ image: { info } }: ModelFacts): Partial<Preprocessing> {
  return info.elementType === "uint8" ? { scale: 1 } : {};
}

function decode({ outputs, index, layout, confidence }: DecodeRequest, into: Candidates): void {
  const boxes = outputs[layout["boxes"] as number]!;
  const scores = outputs[layout["scores"] as number]!;
  const [, rows = 0, classes = 0] = scores.dims;
  for (let i = index * rows; i < (index + 1) * rows; i++) {
    if (!reaches(scores.data, i * classes, classes, confidence)) continue;
    const best = largest(scores.data, i * classes, classes);
    const score = scores.data[best]!;
    const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = boxes.data.subarray(i * 4, i * 4 + 4);
    addBox(into, [x1, y1, x2, y2], { score, classId: best - i * classes });
  }
}

/** Almost no row does, so the scan for the largest is worth leaving out. */
function reaches(data: Float32Array, from: number, count: number, least: number): boolean {
  for (let i = from; i < from + count; i++) if (data[i]! >= least) return true;
  return false;
}
