// Detectors of what texts name, as Hugging Face exports them: OWL-ViT and OWLv2. Boxes are shares of the input, scores one for each text.
import { decodeQueries } from "../../decoders/queries.ts";
import { describeTensors, outputNamed } from "../evidence.ts";
import { type FamilyOf, type ModelFacts, no, type Verdict } from "../family.ts";
import { CLIP } from "../preprocessing.ts";

export const owl: FamilyOf<"detect_named"> = {
  name: "owlv2",
  aliases: ["owlvit", "owl-vit"],
  task: "detect_named",
  // The border is black, and the whole is as the picture's longer side.
  preprocessing: { ...CLIP, fit: "letterbox_top_left", pad: 0 },
  needsSuppression: true,
  confidence: 0.1,
  extraInputNames: ["input_ids", "attention_mask", "token_type_ids", "pixel_mask"],
  match,
  decode: decodeQueries,
};

/** Side of the input of the first of them, whose pictures are stretched. */
const FIRST_SIDE = 768;

function match(facts: ModelFacts): Verdict {
  const { inputs, outputs } = facts.file;
  const [logits, boxes] = [outputNamed(facts, "logits"), outputNamed(facts, "pred_boxes")];
  const named = (name: string) => inputs.some((input) => input.name === name);
  if (!named("input_ids")) return no("it takes no texts");
  if (logits?.shape.length !== 3 || boxes?.shape.length !== 3 || boxes.shape[2] !== 4) {
    return no(`expected outputs "logits" and "pred_boxes" of texts, found ${describeTensors(outputs)}`);
  }
  if (named("token_type_ids") || named("pixel_mask")) {
    return no(
      "its scores are of single tokens, as those of Grounding DINO, which is not decoded; OWLv2 and OWL-ViT are",
    );
  }
  if (typeof facts.tokens === "string") return no(facts.tokens);
  const isFirst = facts.image.width === FIRST_SIDE;
  return {
    matches: true,
    classCount: 0,
    layout: { boxes: outputs.indexOf(boxes), logits: outputs.indexOf(logits) },
    reason: `boxes and a score for each text${isFirst ? ", of stretched pictures" : ""}`,
    ...(isFirst ? { preprocessing: { fit: "stretch" as const } } : {}),
  };
}
