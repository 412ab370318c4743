// RF-DETR with masks: a map of logits for each query, a quarter of the input's size.
import { decodeQueries } from "../../decoders/queries.ts";
import { BACKGROUND_OPTION } from "../boxes/class-slots.ts";
import { matchRfDetr } from "../boxes/rf-detr.ts";
import { type FamilyOf, type ItemOutputs, type ModelFacts, no, type Verdict } from "../family.ts";
import { POINT_NUMBERS } from "../points/rf-detr-keypoints.ts";
import { IMAGENET } from "../preprocessing.ts";

export const rfDetrSegmentation: FamilyOf<"segment"> = {
  name: "rfdetr-seg",
  aliases: ["rfdetr", "rf-detr", "rf-detr-seg"],
  task: "segment",
  preprocessing: IMAGENET,
  needsSuppression: false,
  maskLevel: 0,
  cropsMasks: false,
  options: BACKGROUND_OPTION,
  match,
  decode: decodeQueries,
  mapSize(outputs) {
    const { dims } = masksOf(outputs);
    return { width: dims[3]!, height: dims[2]! };
  },
  maskScores(outputs, query, window) {
    const { data, dims } = masksOf(outputs);
    const [, queries = 0, down = 0, across = 0] = dims;
    const map = (outputs.index * queries + query) * down * across;
    const scores = new Float32Array(window.width * window.height);
    for (let y = 0; y < window.height; y++) {
      const from = map + (window.y + y) * across + window.x;
      scores.set(data.subarray(from, from + window.width), y * window.width);
    }
    return scores;
  },
};

function match(facts: ModelFacts): Verdict {
  const verdict = matchRfDetr(facts, { role: "masks", rank: 4 });
  if (!verdict.matches) return verdict;
  const across = facts.file.outputs[verdict.layout?.["masks"] as number]?.shape[3];
  return across === POINT_NUMBERS ? no("its third output is of points") : verdict;
}

function masksOf({ outputs, layout }: ItemOutputs) {
  return outputs[layout["masks"] as number]!;
}
