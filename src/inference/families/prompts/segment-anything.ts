// Segment Anything (Kirillov et al., 2023) and its smaller relatives as an encoder and a decoder: one map of features.
import { describeTensors, outputNamed } from "../evidence.ts";
import { type FamilyOf, type ModelFacts, no, type Verdict } from "../family.ts";
import { IMAGENET } from "../preprocessing.ts";
import { maskChoices, promptFormOf, promptInputs } from "./prompt-inputs.ts";

/** Side of the square that the longest side of a picture fills. */
const SIDE = 1024;

export const segmentAnything: FamilyOf<"prompted"> = {
  name: "sam",
  aliases: ["segment-anything", "mobile-sam"],
  task: "prompted",
  // What is beside the picture is 0 after the normalisation, which is a grey.
  preprocessing: { ...IMAGENET, fit: "letterbox_top_left", pad: 114 },
  squareFit: "letterbox_top_left",
  sizeFor,
  match,
  promptInputs,
  maskChoices,
};

function sizeFor({ width, height }: { width: number; height: number }) {
  const scale = SIDE / Math.max(width, height);
  const side = (length: number) => Math.max(1, Math.round(length * scale));
  return { width: side(width), height: side(height) };
}

function match(facts: ModelFacts): Verdict {
  const { file, image, decoder } = facts;
  const features = outputNamed(facts, "image_embeddings");
  if (features?.shape.length !== 4) {
    return no(`expected an output "image_embeddings" of 4 dimensions, found ${describeTensors(file.outputs)}`);
  }
  if (decoder === null) return no("an encoder without its decoder", "as path a folder with both");
  const form = promptFormOf(
    decoder,
    file.outputs.map(({ name }) => name),
  );
  if (typeof form === "string") return no(form);
  const isPicture = image.layout === "hwc";
  if (!isPicture && image.width === null) return no("the file leaves the size of the input free", "width and height");
  // A picture without a batch is normalised and filled up inside.
  const inside = { scale: 1, mean: [0, 0, 0], std: [1, 1, 1], fit: "stretch" } as const;
  return {
    matches: true,
    classCount: 0,
    layout: { side: isPicture ? SIDE : Math.max(image.width ?? SIDE, image.height ?? SIDE) },
    reason: `an encoder with "image_embeddings", and a decoder of ${form.needs.join(" and ")}`,
    ...(isPicture ? { preprocessing: { ...inside, mean: [0, 0, 0], std: [1, 1, 1] } } : {}),
  };
}
