// Segment Anything 2 (Ravi et al., 2024) for single pictures as an encoder and a decoder: maps of features of three sizes.
import { describeTensors } from "../evidence.ts";
import { type FamilyOf, type ModelFacts, no, type Verdict } from "../family.ts";
import { IMAGENET } from "../preprocessing.ts";
import { maskChoices, promptFormOf, promptInputs } from "./prompt-inputs.ts";

export const segmentAnything2: FamilyOf<"prompted"> = {
  name: "sam2",
  aliases: ["segment-anything-2", "edgetam"],
  task: "prompted",
  preprocessing: IMAGENET,
  squareFit: "stretch",
  match,
  promptInputs,
  maskChoices,
};

/** As samexporter and Hugging Face name them. */
const FEATURES = [
  ["high_res_feats_0", "high_res_feats_1", "image_embed"],
  ["image_embeddings.0", "image_embeddings.1", "image_embeddings.2"],
];

function match({ file: { outputs }, image, decoder }: ModelFacts): Verdict {
  const names = outputs.map(({ name }) => name);
  const features = FEATURES.find((wanted) => wanted.every((name) => names.includes(name)));
  if (features === undefined) {
    return no(
      `expected outputs ${FEATURES[0]?.join(", ")} or image_embeddings.0 to .2, found ${describeTensors(outputs)}`,
    );
  }
  if (decoder === null) return no("an encoder without its decoder", "as path a folder with both");
  const form = promptFormOf(decoder, features);
  if (typeof form === "string") return no(form);
  if (image.width === null || image.height === null) {
    return no("the file leaves the size of the input free", "width and height");
  }
  return {
    matches: true,
    classCount: 0,
    layout: { side: image.width },
    reason: `an encoder of features of three sizes, and a decoder of ${form.needs.join(" and ")}`,
  };
}
