import { z } from "zod";
import { StepError } from "../../base/errors.ts";
import type { Image } from "../../kinds/image.ts";
import { type Context, defineBlock } from "../contract/block.ts";
import { orRef } from "../contract/fields.ts";
import { cosine } from "../data/cosine.ts";
import { askModels } from "./ask-models.ts";
import { clipVersion } from "./clip.ts";
import { images } from "./model-fields.ts";

const summary = "Tells how much every text fits an image: the cosine between their vectors of a CLIP model.";
/** The only one that the first version knows, and the usual one of the second. */
const USUAL = "ViT-B-16";

function texts(what: string) {
  return orRef<readonly string[]>(z.array(z.string()), "list_of_values").describe(what);
}

const parents = { parent_id: "parent_id", root_parent_id: "parent_id" } as const;

export const clipComparisonV1 = defineBlock({
  type: "roboflow_core/clip_comparison@v1",
  aliases: ["ClipComparison"],
  category: "model",
  summary,
  inputs: () => z.object({ images: images(), texts: texts("Texts to compare every image with.") }),
  synonyms: { images: ["image"], texts: ["text"] },
  outputs: { similarity: "list_of_values", ...parents, prediction_type: "prediction_type" },
  batches: ["images"],
  needs: ["models"],
  asks: () => (["embed", "embed_text"] as const).map((task) => ({ task, id: `clip/${USUAL}` })),
  example: { images: "$inputs.image", texts: ["a forklift", "an empty aisle"] },
  runMany: async (elements, contexts) => {
    const compared = elements.map(({ images: image, texts: classes }) => ({ image, classes, version: USUAL }));
    const found = await compareAll(compared, contexts);
    return elements.map(({ images: image }, i) => ({
      similarity: found[i] ?? [],
      ...parentsOf(image),
      prediction_type: "classification",
    }));
  },
});

export const clipComparisonV2 = defineBlock({
  type: "roboflow_core/clip_comparison@v2",
  category: "model",
  summary,
  inputs: () =>
    z.object({
      images: images(),
      classes: texts("Texts to compare every image with, one for each class."),
      version: clipVersion()
        .default(USUAL)
        .describe('Version of CLIP; the model "clip/<version>" is mapped to a local folder or ONNX file.'),
    }),
  synonyms: { images: ["image"] },
  outputs: {
    similarities: "list_of_values",
    max_similarity: "float_zero_to_one",
    most_similar_class: "string",
    min_similarity: "float_zero_to_one",
    least_similar_class: "string",
    classification_predictions: "classification_prediction",
    ...parents,
  },
  batches: ["images"],
  needs: ["models"],
  asks: ({ version }) => (version === undefined ? [] : [{ task: "embed_text", id: `clip/${version}` }]),
  example: { images: "$inputs.image", classes: ["a forklift", "an empty aisle"], version: "ViT-B-32" },
  runMany: async (elements, contexts) => {
    const found = await compareAll(
      elements.map(({ images: image, classes, version }) => ({ image, classes, version })),
      contexts,
    );
    return elements.map(({ images: image, classes }, i) => outcome(found[i] ?? [], classes, image));
  },
});

interface Compared {
  image: Image;
  classes: readonly string[];
  version: string;
}

type Contexts = readonly Context<undefined, undefined>[];

/** Cosines of every element: between its image and each of its texts. */
async function compareAll(elements: readonly Compared[], contexts: Contexts): Promise<number[][]> {
  const empty = elements.findIndex(({ classes }) => classes.length === 0);
  if (empty >= 0) throw withoutTexts(contexts[empty]?.step ?? "");
  const { models } = (contexts[0] as Context).services;
  const ofImages = elements.map(({ image, version }) => ({ model: `clip/${version}`, item: image, parameters: {} }));
  const ofTexts = elements.flatMap(({ classes, version }) =>
    classes.map((item) => ({ model: `clip/${version}`, item, parameters: {} })),
  );
  const [pictures, words] = await Promise.all([
    askModels(models, "embed", ofImages),
    askModels(models, "embed_text", ofTexts),
  ]);
  let at = 0;
  return elements.map(({ classes }, i) =>
    classes.map(() => cosine(pictures[i]?.reply.vector ?? [], words[at++]?.reply.vector ?? [])),
  );
}

function outcome(similarities: number[], classes: readonly string[], image: Image) {
  const [most, least] = [Math.max(...similarities), Math.min(...similarities)];
  const [top = "", bottom = ""] = [most, least].map((similarity) => classes[similarities.indexOf(similarity)]);
  const predictions = similarities.map((confidence, i) => ({ class: classes[i] ?? "", class_id: i, confidence }));
  return {
    similarities,
    max_similarity: most,
    most_similar_class: top,
    min_similarity: least,
    least_similar_class: bottom,
    classification_predictions: {
      image: { width: image.width, height: image.height },
      predictions,
      top,
      confidence: most,
      parent_id: image.parentId,
    },
    ...parentsOf(image),
  };
}

function parentsOf({ parentId, root }: Image) {
  return { parent_id: parentId, root_parent_id: root.id };
}

function withoutTexts(step: string): StepError {
  return new StepError(
    "STEP_INPUT",
    `step "${step}": there is no text to compare the image with, expected one at least`,
    { step },
  );
}
