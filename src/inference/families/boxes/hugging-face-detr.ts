// Detection transformers as Hugging Face exports them (RT-DETR, D-FINE, DETR, table-transformer, YOLOS): logits and boxes of queries.
import { addBox } from "../../decoders/boxes.ts";
import { decodeQueries, queryBox, queryTensors } from "../../decoders/queries.ts";
import { softmax } from "../../decoders/scores.ts";
import { contradiction, describeTensors, outputNamed } from "../evidence.ts";
import { type Candidates, type DecodeRequest, type FamilyOf, type ModelFacts, no, type Verdict } from "../family.ts";
import { IMAGENET, STRETCH_RGB } from "../preprocessing.ts";
import { BACKGROUND_OPTION, slotsOf } from "./class-slots.ts";

export const huggingFaceDetr: FamilyOf<"detect"> = {
  name: "hf-detr",
  aliases: ["rt-detr", "rtdetr", "d-fine", "dfine", "detr", "yolos", "deim"],
  task: "detect",
  preprocessing: STRETCH_RGB,
  needsSuppression: false,
  options: { ...BACKGROUND_OPTION, scores: '"sigmoid", or "softmax" where the last logit is for no object' },
  extraInputNames: ["pixel_mask"],
  extraInputs: ({ batch, width, height }) => [
    {
      name: "pixel_mask",
      elementType: "int64",
      dims: [batch, height, width],
      values: new Array(batch * width * height).fill(1),
    },
  ],
  match,
  decode,
};

function match(facts: ModelFacts): Verdict {
  const { outputs, inputs } = facts.file;
  const [logits, boxes] = [outputNamed(facts, "logits"), outputNamed(facts, "pred_boxes")];
  if (logits?.shape.length !== 3 || boxes?.shape.length !== 3 || boxes.shape[2] !== 4) {
    return no(`expected outputs "logits" and "pred_boxes" of queries, found ${describeTensors(outputs)}`);
  }
  const count = logits.shape[2];
  if (typeof count !== "number") return no("the number of logits is free");
  const layout = { boxes: outputs.indexOf(boxes), logits: outputs.indexOf(logits) };
  // The models of the first kind take a mask, and tell classes apart with one logit for no object.
  const isFirst = inputs.some(({ name }) => name === "pixel_mask") || [100, 125].includes(logits.shape[1] as number);
  const told = facts.options["scores"];
  if (told === "softmax" || (told === undefined && isFirst)) {
    const against = contradiction(facts, count - 1, `${count} logits with one for no object`);
    if (against !== null) return no(against);
    const reason = `logits and boxes of queries, ${count} logits with one for no object`;
    return {
      matches: true,
      classCount: count - 1,
      layout: { ...layout, scores: "softmax" },
      reason,
      preprocessing: IMAGENET,
    };
  }
  const slots = facts.options["background"] === undefined && count !== 91 ? all(count, facts) : slotsOf(count, facts);
  if (typeof slots === "string") return no(slots);
  return { matches: true, ...slots, layout, reason: `logits and boxes of queries, ${slots.reason}` };
}

function all(count: number, facts: ModelFacts) {
  return contradiction(facts, count, `${count} logits`) ?? { classCount: count, reason: `${count} logits` };
}

function decode(request: DecodeRequest, into: Candidates): void {
  if (request.layout["scores"] !== "softmax") decodeQueries(request, into);
  else decodeExclusive(request, into);
}

function decodeExclusive(request: DecodeRequest, into: Candidates): void {
  const { outputs, index, layout, confidence } = request;
  const { logits } = queryTensors(outputs, layout);
  const [, queries = 0, count = 0] = logits.dims;
  for (let query = 0; query < queries; query++) {
    const at = (index * queries + query) * count;
    const scores = softmax(logits.data.slice(at, at + count)).subarray(0, count - 1);
    const score = scores.reduce((a, b) => Math.max(a, b), 0);
    if (score >= confidence)
      addBox(into, queryBox(request, query), { score, classId: scores.indexOf(score), origin: query });
  }
}
