import { z } from "zod";
import { StepError } from "../../base/errors.ts";
import { defineBlock } from "../contract/block.ts";
import { ref } from "../contract/fields.ts";
import { cosine } from "./cosine.ts";

export const cosineSimilarityV1 = defineBlock({
  type: "roboflow_core/cosine_similarity@v1",
  category: "data",
  summary: "Compares two embeddings by the cosine between them: 1 for one direction, 0 square, -1 opposite.",
  inputs: () =>
    z.object({
      embedding_1: ref("embedding").describe("One embedding."),
      embedding_2: ref("embedding").describe("The other one, of as many numbers."),
    }),
  outputs: { similarity: "float" },
  example: { embedding_1: "$steps.clip.embedding", embedding_2: "$inputs.sought" },
  run: ({ embedding_1: a, embedding_2: b }, { step }) => {
    if (a.length === b.length) return { similarity: cosine(a, b) };
    const message = `step "${step}": embedding_1 has ${a.length} numbers and embedding_2 has ${b.length}; they must come from one model`;
    throw new StepError("STEP_INPUT", message, { step });
  },
});
