// RF-DETR with key points: for each query and class as many points as the largest class has, each with the certainty of its place.
import { addBox } from "../../decoders/boxes.ts";
import { queryBox, queryTensors } from "../../decoders/queries.ts";
import { logistic } from "../../decoders/scores.ts";
import { BACKGROUND_OPTION } from "../boxes/class-slots.ts";
import { matchRfDetr } from "../boxes/rf-detr.ts";
import type { Verdict } from "../family.ts";
import {
  type Candidates,
  type DecodeRequest,
  type FamilyOf,
  type ItemOutputs,
  type ModelFacts,
  no,
} from "../family.ts";
import { IMAGENET } from "../preprocessing.ts";
import { POINTS_OPTION, pointNames } from "./point-names.ts";

export const rfDetrKeypoints: FamilyOf<"keypoints"> = {
  name: "rfdetr-keypoints",
  aliases: ["rfdetr", "rf-detr", "rf-detr-keypoints"],
  task: "keypoints",
  preprocessing: IMAGENET,
  needsSuppression: false,
  options: { ...BACKGROUND_OPTION, ...POINTS_OPTION },
  match,
  decode,
  points,
};

/** x, y, logit that the point can be found, logit that it is visible, logarithm of l11, l21, logarithm of l22, class logit. */
export const POINT_NUMBERS = 8;

function match(facts: ModelFacts): Verdict {
  const verdict = matchRfDetr(facts, { role: "points", rank: 4 });
  if (!verdict.matches) return verdict;
  const shape = facts.file.outputs[verdict.layout?.["points"] as number]?.shape ?? [];
  const [, , places, numbers] = shape;
  const scores = facts.file.outputs[verdict.layout?.["logits"] as number]?.shape[2];
  if (numbers !== POINT_NUMBERS || typeof places !== "number" || typeof scores !== "number") {
    return no(`expected points of ${POINT_NUMBERS} numbers, found [${shape.join(", ")}]`);
  }
  const count = places % scores === 0 ? places / scores : places;
  return { ...verdict, layout: { ...verdict.layout, pointCount: count }, points: pointNames(facts.options, count) };
}

/** The logarithms give the spread of a point; objects with points of a narrow spread score more. */
function decode(request: DecodeRequest, into: Candidates): void {
  const { outputs, index, layout, confidence } = request;
  const { logits } = queryTensors(outputs, layout);
  const [, queries = 0, classes = 0] = logits.dims;
  for (let i = 0; i < queries * classes; i++) {
    const own = logistic(logits.data[index * queries * classes + i]!);
    if (!(own > 0)) continue;
    const [query, classId] = [Math.floor(i / classes), i % classes];
    const weighed = own * spreadOf(request, query, classId) ** -0.2;
    const score = weighed / (1 + weighed);
    if (score >= confidence) addBox(into, queryBox(request, query), { score, classId, origin: i });
  }
}

function spreadOf(request: ItemOutputs, query: number, classId: number): number {
  const { data, first, count } = placesOf(request, query, classId);
  let weights = 0;
  let sum = 0;
  for (let at = first; at < first + count * POINT_NUMBERS; at += POINT_NUMBERS) {
    const [l11, l21, l22] = [Math.exp(data[at + 4]!), data[at + 5]!, Math.exp(data[at + 6]!)];
    const weight = logistic(data[at + 2]!);
    weights += weight;
    sum += weight * (1 / (l11 * l11) + 1 / (l22 * l22) + (l21 / (l11 * l22)) ** 2);
  }
  return weights > 0 ? sum / weights : 1;
}

function placesOf({ outputs, index, layout }: ItemOutputs, query: number, classId: number) {
  const { data, dims } = outputs[layout["points"] as number]!;
  const [, queries = 0, places = 0] = dims;
  const count = layout["pointCount"] as number;
  const skipped = places > count ? classId * count : 0;
  return { data, count, first: ((index * queries + query) * places + skipped) * POINT_NUMBERS };
}

function points(item: ItemOutputs, origin: number): Float32Array {
  const { logits } = queryTensors(item.outputs, item.layout);
  const classes = logits.dims[2]!;
  const { data, first, count } = placesOf(item, Math.floor(origin / classes), origin % classes);
  const found = new Float32Array(count * 3);
  for (let i = 0; i < count; i++) {
    const at = first + i * POINT_NUMBERS;
    found.set([data[at]! * item.width, data[at + 1]! * item.height, logistic(data[at + 2]!)], i * 3);
  }
  return found;
}
