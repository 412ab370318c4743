import { z } from "zod";
import { type Detection, type Detections, withItems } from "../../kinds/detections.ts";
import type { Image } from "../../kinds/image.ts";
import type { PixelService } from "../../kinds/pixel-service.ts";
import { defineBlock } from "../contract/block.ts";
import { modelRef, orRef, ref } from "../contract/fields.ts";
import { TRACKED_KINDS } from "../tracking/tracker-fields.ts";
import { regionOf } from "../transformation/crops/box-region.ts";
import { cropOf } from "../transformation/crops/crop-image.ts";
import { askModels, type Question } from "./ask-models.ts";

export const embedDetectionsV1 = defineBlock({
  type: "millrace/embed_detections@v1",
  category: "model",
  summary:
    "Describes how each object looks by a model for re-identification, so that trackers_botsort compares objects by their looks as well.",
  inputs: () =>
    z.object({
      image: ref("image").describe("Picture that the objects were found in."),
      predictions: ref(...TRACKED_KINDS).describe("Objects to describe."),
      model_id: modelRef("embed").describe(
        "Name of a model that gives vectors for pictures, mapped to a local ONNX file.",
      ),
      confidence: orRef(z.number().min(0).max(1), "float_zero_to_one")
        .default(0)
        .describe(
          "Score from which an object is described; those below cost nothing and are followed by their places.",
        ),
    }),
  outputs: { predictions: TRACKED_KINDS },
  batches: ["image", "predictions"],
  needs: ["models", "pixels"],
  example: { image: "$inputs.image", predictions: "$steps.detect.predictions", model_id: "person-reid/1" },
  runMany: async (elements, contexts) => {
    const { models, pixels } = (contexts[0] as (typeof contexts)[number]).services;
    const looks = elements.map((element) => lookedAt(element, pixels));
    const questions = looks.flatMap((found, i) =>
      found.map(({ crop }): Question<"embed"> => ({ model: modelOf(elements[i]), item: crop, parameters: {} })),
    );
    const answers = await askModels(models, "embed", questions);
    let next = 0;
    return elements.map(({ predictions }, i) => {
      const vectors = new Map((looks[i] ?? []).map(({ item }) => [item, answers[next++]?.reply.vector]));
      return {
        predictions: withItems(
          predictions,
          predictions.items.map((item) => described(item, vectors.get(item))),
        ),
      };
    });
  },
});

interface Element {
  image: Image;
  predictions: Detections;
  model_id: string;
  confidence: number;
}

function modelOf(element: Element | undefined): string {
  return element?.model_id ?? "";
}

/** The objects that are described, each with its picture; what lies outside of the picture has none. */
function lookedAt({ image, predictions, confidence }: Element, pixels: PixelService) {
  return predictions.items.flatMap((item) => {
    const region = item.confidence >= confidence ? regionOf(item.box, image) : null;
    return region === null ? [] : [{ item, crop: cropOf(image, { region, id: item.detectionId }, pixels) }];
  });
}

function described(item: Detection, embedding: Float32Array | undefined): Detection {
  const { embedding: _, ...others } = item;
  return embedding === undefined ? others : { ...others, embedding };
}
