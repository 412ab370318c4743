// RF-DETR (Robinson et al., "RF-DETR: Neural Architecture Search for Real-Time Detection Transformers", 2025), as its own exporter lays it out.
import { decodeQueries } from "../../decoders/queries.ts";
import { describeTensors } from "../evidence.ts";
import { type FamilyOf, type Layout, type ModelFacts, no, type Verdict } from "../family.ts";
import { IMAGENET } from "../preprocessing.ts";
import { BACKGROUND_OPTION, slotsOf } from "./class-slots.ts";

export const rfDetr: FamilyOf<"detect"> = {
  name: "rfdetr",
  aliases: ["rf-detr"],
  task: "detect",
  preprocessing: IMAGENET,
  needsSuppression: false,
  options: BACKGROUND_OPTION,
  match: (facts) => matchRfDetr(facts, null),
  decode: decodeQueries,
};

const QUERIES = [100, 200, 300];

/** With a third output for what an object has beside its box. */
export function matchRfDetr(facts: ModelFacts, third: { role: string; rank: number } | null): Verdict {
  const { outputs } = facts.file;
  const count = third === null ? 2 : 3;
  if (outputs.length !== count) return no(`expected ${count} outputs, found ${describeTensors(outputs)}`);
  const found = queryOutputs(facts);
  if (typeof found === "string") return no(found);
  const [boxes, logits] = [outputs[found.boxes]!, outputs[found.logits]!];
  const rest = outputs.findIndex((_, i) => i !== found.boxes && i !== found.logits);
  if (third !== null && outputs[rest]?.shape.length !== third.rank) {
    return no(`expected a third output of ${third.rank} dimensions, found ${describeTensors(outputs)}`);
  }
  const [, queries, classes] = logits.shape;
  if (typeof classes !== "number") return no("the number of scores is free");
  const slots = slotsOf(classes, facts);
  if (typeof slots === "string") return no(slots);
  const layout: Layout = { ...found, ...(third === null ? {} : { [third.role]: rest }) };
  const reason = `outputs "${boxes.name}" and "${logits.name}" of ${queries} queries with ${slots.reason}`;
  return { matches: true, ...slots, layout, reason };
}

/** Names tell the two apart, as they may be of one shape; without names they do where they are not. */
function queryOutputs(facts: ModelFacts): { boxes: number; logits: number } | string {
  const { outputs } = facts.file;
  const named = {
    boxes: outputs.findIndex(({ name }) => name === "dets"),
    logits: outputs.findIndex(({ name }) => name === "labels"),
  };
  const isNamed = named.boxes >= 0 && named.logits >= 0;
  const [boxes, logits] = isNamed ? [named.boxes, named.logits] : [0, 1];
  const [shape, other] = [outputs[boxes]?.shape ?? [], outputs[logits]?.shape ?? []];
  if (shape.length !== 3 || other.length !== 3 || shape[2] !== 4 || shape[1] !== other[1]) {
    return `expected boxes [n, queries, 4] and scores [n, queries, classes], found ${describeTensors(outputs)}`;
  }
  const isUsual = typeof shape[1] === "number" && QUERIES.includes(shape[1]);
  if (!isNamed && !facts.stated && (!isUsual || isOther(facts))) {
    return "neither names nor the number of queries tell that these are its outputs";
  }
  return { boxes, logits };
}

/** Names that other families give the same two tensors. */
function isOther({ file: { outputs } }: ModelFacts): boolean {
  return outputs.some(({ name }) => ["logits", "pred_boxes", "scores", "boxes"].includes(name));
}
