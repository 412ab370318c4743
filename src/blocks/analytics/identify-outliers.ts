import { z } from "zod";
import { defineBlock } from "../contract/block.ts";
import { orRef, ref } from "../contract/fields.ts";
import { dot, unitVector, type Vector } from "./embedding-vector.ts";

export const identifyOutliersV1 = defineBlock({
  type: "roboflow_core/identify_outliers@v1",
  category: "analytics",
  summary:
    "Tells when an embedding is less, or more, like the mean of the last ones of its camera than nearly all of them.",
  inputs: () =>
    z.object({
      embedding: ref("embedding").describe("Embedding of the frame, by a model such as CLIP."),
      threshold_percentile: orRef(z.number().min(0).max(1), "float_zero_to_one")
        .default(0.05)
        .describe("Share of the last embeddings at either end that counts as unusual."),
      warmup: orRef(z.int().min(0), "integer")
        .default(3)
        .describe("Embeddings before the first that can count as unusual, that one included."),
      window_size: orRef(z.int().min(1), "integer")
        .default(32)
        .describe("Embeddings that are compared, the newest included."),
    }),
  outputs: { is_outlier: "boolean", percentile: "float_zero_to_one", warming_up: "boolean" },
  example: { embedding: "$steps.clip.embedding", warmup: 100, window_size: 500 },
  state: () => ({ samples: 0, window: [] as Vector[] }),
  keeps: [],
  run: ({ embedding, threshold_percentile, warmup, window_size }, { state, step }) => {
    const { window } = state;
    const vector = unitVector(embedding, window[0]?.length, step);
    state.samples++;
    window.push(vector);
    if (window.length > window_size) window.splice(0, window.length - window_size);
    if (state.samples < warmup) return { is_outlier: false, percentile: 0.5, warming_up: true };
    const percentile = shareBelow(vector, window);
    const is_outlier = percentile < threshold_percentile || percentile > 1 - threshold_percentile;
    return { is_outlier, percentile, warming_up: false };
  },
});

/** Share of the vectors that point less in their mean direction than this one. */
function shareBelow(vector: Vector, all: readonly Vector[]): number {
  const direction = new Float64Array(vector.length);
  for (const other of all)
    for (let i = 0; i < direction.length; i++) direction[i] = (direction[i] ?? 0) + (other[i] ?? 0);
  // Vectors that cancel out have no direction; a length would only scale what is compared.
  const mean = direction.every((value) => value === 0) ? vector : direction;
  const own = dot(mean, vector);
  return all.filter((other) => dot(mean, other) < own).length / all.length;
}
