import { expect, test } from "vitest";
import type { Block, Context } from "../../../src/blocks/contract/block.ts";
import { clipComparisonV1, clipComparisonV2 } from "../../../src/blocks/model/clip-comparison.ts";
import type { Image } from "../../../src/kinds/image.ts";
import { testServices } from "../../helpers/no-services.ts";
import { picture } from "../values.ts";

const VECTORS: Readonly<Record<string, readonly number[]>> = { along: [3, 0], square: [0, 7], against: [-2, 0] };

/** Every image points along the first axis. */
function contextOf(asked: string[]): Context {
  const models = {
    async run(task: string, model: string, items: readonly unknown[]) {
      asked.push(`${task} ${model} ${items.length}`);
      const vectors = items.map((item) => (typeof item === "string" ? (VECTORS[item] ?? [0, 0]) : [5, 0]));
      return vectors.map((vector) => ({ reply: { vector: Float32Array.from(vector) }, classes: [] }));
    },
  };
  const services = testServices({ models: models as never });
  return { step: "compare", source: "camera", state: undefined, prepared: undefined, init: {}, services };
}

async function runAll(block: Block, elements: Record<string, unknown>[], asked: string[] = []) {
  const contexts = elements.map(() => contextOf(asked));
  return (await block.runMany?.(elements, contexts)) as Record<string, unknown>[];
}

const crop = { ...picture(8, 8), parentId: "crop" } as Image;

test("the second version tells how much every class fits, in the order given, and which fits most and least", async () => {
  const classes = ["square", "along", "against", "unknown"];
  const [found] = await runAll(clipComparisonV2, [{ images: crop, classes, version: "ViT-B-32" }]);
  const similarities = [0, 1, -1, 0];
  expect(found).toEqual({
    similarities,
    max_similarity: 1,
    most_similar_class: "along",
    min_similarity: -1,
    least_similar_class: "against",
    classification_predictions: {
      image: { width: 8, height: 8 },
      predictions: similarities.map((confidence, i) => ({ class: classes[i], class_id: i, confidence })),
      top: "along",
      confidence: 1,
      parent_id: "crop",
    },
    parent_id: "crop",
    root_parent_id: crop.root.id,
  });
});

test("the first of equals counts as most and least similar", async () => {
  const [found] = await runAll(clipComparisonV2, [{ images: crop, classes: ["along", "along"], version: "RN50" }]);
  expect(found).toMatchObject({ most_similar_class: "along", least_similar_class: "along" });
});

test("the first version gives the list alone, by the model that it always takes", async () => {
  const asked: string[] = [];
  const elements = [
    { images: crop, texts: ["along", "square"] },
    { images: crop, texts: ["against"] },
  ];
  const found = await runAll(clipComparisonV1, elements, asked);
  const common = { parent_id: "crop", root_parent_id: crop.root.id, prediction_type: "classification" };
  expect(found).toEqual([
    { similarity: [1, 0], ...common },
    { similarity: [-1], ...common },
  ]);
  expect(asked).toEqual(["embed clip/ViT-B-16 2", "embed_text clip/ViT-B-16 3"]);
});

test("a list without a text is a fault of the step", async () => {
  await expect(runAll(clipComparisonV1, [{ images: crop, texts: [] }])).rejects.toThrow(
    'step "compare": there is no text to compare the image with',
  );
});
