import { z } from "zod";
import { lazy } from "../../base/lazy.ts";
import { defineBlock } from "../contract/block.ts";
import { orRef, ref } from "../contract/fields.ts";
import { cosine, unitVector, type Vector } from "./embedding-vector.ts";
import { normalShareBelow } from "./normal-distribution.ts";
import {
  ExponentialStatistics,
  type RunningStatistics,
  SimpleStatistics,
  WindowStatistics,
} from "./running-statistics.ts";

const STRATEGIES = ["Exponential Moving Average (EMA)", "Simple Moving Average (SMA)", "Sliding Window"] as const;
const unit = lazy(() => z.number().min(0).max(1));

export const identifyChangesV1 = defineBlock({
  type: "roboflow_core/identify_changes@v1",
  category: "analytics",
  summary: "Tells when embeddings of a camera change faster or slower than they did before.",
  inputs: () =>
    z.object({
      strategy: z.enum(STRATEGIES).default(STRATEGIES[0]).describe("How what came before is weighed."),
      embedding: ref("embedding").describe("Embedding of the frame, by a model such as CLIP."),
      threshold_percentile: orRef(unit(), "float_zero_to_one")
        .default(0.2)
        .describe("Share of the embeddings that count as unusual: half of it too like the average, half too unlike."),
      warmup: orRef(z.int().min(0), "integer")
        .default(3)
        .describe("Embeddings of the beginning that never count as unusual."),
      smoothing_factor: orRef(unit(), "float_zero_to_one")
        .default(0.1)
        .describe("Weight of the newest embedding in an exponential average."),
      window_size: orRef(z.int().min(1), "integer").default(10).describe("Embeddings in a sliding window."),
    }),
  outputs: {
    is_outlier: "boolean",
    percentile: "float_zero_to_one",
    z_score: "float",
    average: "embedding",
    std: "embedding",
    warming_up: "boolean",
  },
  example: { embedding: "$steps.clip.embedding", threshold_percentile: 0.1, warmup: 100 },
  state: (): Seen => ({ samples: 0, embeddings: null, likenesses: null }),
  keeps: [ExponentialStatistics, SimpleStatistics, WindowStatistics],
  run: ({ embedding, strategy, threshold_percentile, warmup, smoothing_factor, window_size }, { state, step }) => {
    const weights: Weights = { strategy, weight: smoothing_factor, size: window_size };
    const vector = unitVector(embedding, state.embeddings?.mean.length, step);
    const z_score =
      state.embeddings === null ? 0 : likenessScore(state, cosine(vector, state.embeddings.mean), weights);
    const percentile = 1 - normalShareBelow(z_score);
    const warming_up = state.samples < warmup;
    const isUnusual = percentile <= threshold_percentile / 2 || percentile >= 1 - threshold_percentile / 2;
    state.embeddings = added(state.embeddings, vector, { ...weights, count: 1 });
    state.samples++;
    const average: number[] = [...state.embeddings.mean];
    const std: number[] = [...state.embeddings.deviation];
    return { is_outlier: !warming_up && isUnusual, percentile, z_score, average, std, warming_up };
  },
});

interface Seen {
  samples: number;
  embeddings: RunningStatistics | null;
  /** Of how like each embedding was to the average before it. */
  likenesses: RunningStatistics | null;
}

interface Weights {
  strategy: (typeof STRATEGIES)[number];
  weight: number;
  size: number;
}

/** Deviations by which the likeness differs from those before; 0 while they do not differ. */
function likenessScore(state: Seen, likeness: number, weights: Weights): number {
  // The average began with an embedding that had no likeness, so there is one count more.
  state.likenesses = added(state.likenesses, Float64Array.of(likeness), { ...weights, count: 2 });
  const [mean = 0] = state.likenesses.mean;
  const [deviation = 0] = state.likenesses.deviation;
  return deviation === 0 ? 0 : (likeness - mean) / deviation;
}

interface Opening extends Weights {
  count: number;
}

function added(before: RunningStatistics | null, values: Vector, opening: Opening): RunningStatistics {
  if (before === null) return opened(values, opening);
  if (before instanceof ExponentialStatistics) before.weight = opening.weight;
  if (before instanceof WindowStatistics) before.size = opening.size;
  before.add(values);
  return before;
}

function opened(first: Vector, { strategy, weight, size, count }: Opening): RunningStatistics {
  if (strategy === "Sliding Window") return new WindowStatistics(first, size);
  if (strategy === "Simple Moving Average (SMA)") return new SimpleStatistics(first, count);
  return new ExponentialStatistics(first, weight);
}
