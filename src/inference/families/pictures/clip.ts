// Towers for pictures of models that compare pictures with texts: CLIP and its relatives, and the Perception Encoder.
import type { TextTower } from "../../texts/text-tower.ts";
import { type FamilyOf, type ModelFacts, no, type Verdict } from "../family.ts";
import { CLIP } from "../preprocessing.ts";
import { rowLength, rowOf } from "./classification.ts";

export const clip: FamilyOf<"embed"> = {
  name: "clip",
  aliases: ["siglip"],
  task: "embed",
  preprocessing: CLIP,
  match: (facts) => match(facts, (texts) => !isOfEncoder(texts)),
  vector,
};

export const perceptionEncoder: FamilyOf<"embed"> = {
  name: "perception-encoder",
  task: "embed",
  preprocessing: { ...CLIP, mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5], fit: "stretch" },
  match: (facts) => match(facts, isOfEncoder),
  vector,
};

/** What exporters call the output of a tower for pictures. */
export const IMAGE_EMBEDS = "image_embeds";

/** Tokens of a text that the Perception Encoder takes. */
const ENCODER_LENGTHS = [32, 72];

function isOfEncoder(texts: TextTower | null): boolean {
  return texts !== null && texts.feeding.vocabulary.type === "clip" && ENCODER_LENGTHS.includes(texts.feeding.most);
}

function match({ file, texts, stated }: ModelFacts, isOwn: (texts: TextTower | null) => boolean): Verdict {
  const named = file.outputs.filter(({ name }) => name === IMAGE_EMBEDS);
  const found = named.length === 1 ? named : file.outputs;
  const length = rowLength(found);
  if (typeof length === "string") return no(length);
  const is = (why: string): Verdict => ({
    matches: true,
    classCount: 0,
    layout: { vector: file.outputs.indexOf(found[0]!) },
    reason: `an output "${found[0]!.name}" of ${length} numbers${why}`,
  });
  if (stated) return is(", as stated");
  if (texts !== null) {
    const told = `a tower for texts of ${texts.feeding.most} tokens`;
    return isOwn(texts) ? is(`, and ${told} beside it`) : no(`there is ${told} beside it`);
  }
  if (isOwn(null) && named.length === 1) return is("");
  return no(`one output of ${length} numbers may be a classifier's as well`, "the family");
}

function vector(item: Parameters<FamilyOf<"embed">["vector"]>[0]): Float32Array {
  return rowOf({ ...item, outputs: [item.outputs[item.layout["vector"] as number]!] });
}
