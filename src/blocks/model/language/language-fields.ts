import { z } from "zod";
import { lazy } from "../../../base/lazy.ts";
import { orRef, ref } from "../../contract/fields.ts";
import { LANGUAGE_TASKS, SEGMENTING_TASKS } from "./language-prompt.ts";

/** What every language model is asked with. */
export const askedFields = lazy(() => ({
  images: ref("image").describe("Images to ask about, one question for each."),
  task_type: z
    .enum(LANGUAGE_TASKS)
    .default("unconstrained")
    .describe("What is asked; unconstrained sends the prompt alone."),
  prompt: orRef(z.string(), "string").nullable().default(null).describe("Question, for the tasks that have one."),
  output_structure: z
    .record(z.string(), z.string())
    .nullable()
    .default(null)
    .describe("Fields of a structured answer, each with what it is to hold."),
  classes: orRef(z.array(z.string()), "list_of_values")
    .nullable()
    .default(null)
    .describe("Classes to tell apart or find."),
  temperature: orRef(z.number(), "float")
    .nullable()
    .default(null)
    .describe("How free the answer is; the model's own by default."),
  max_concurrent_requests: z
    .int()
    .positive()
    .nullable()
    .default(null)
    .describe("Most questions of the step at once; 4 by default."),
}));

/** A key that a step must have. */
export const neededKey = lazy(() =>
  orRef(z.string(), "string", "secret").describe("Key of an account at the provider."),
);

/** The same where the provider's variable of the environment has it otherwise. */
export const ownKey = lazy(() =>
  orRef(z.string(), "ROBOFLOW_MANAGED_KEY", "secret", "string")
    .default("rf_key:account")
    .describe("Key of an account at the provider; by default the one in its variable of the environment."),
);

export const modelField = (usual: string) =>
  orRef(z.string(), "string").default(usual).describe("Name of the model, as the provider has it.");

/** Most tokens of the answer. */
export const tokensField = (usual: number) => z.int().positive().default(usual).describe("Most tokens of the answer.");
export const freeTokens = (usual: number | null) =>
  z
    .int()
    .positive()
    .nullable()
    .default(usual)
    .describe(
      `Most tokens of the answer; ${usual === null ? "" : "for null "}the provider's limit${usual === null ? " by default" : ""}.`,
    );
export const freeTokensField = lazy(() => freeTokens(null));

export const freeEffortField = lazy(() =>
  orRef(z.string(), "string")
    .nullable()
    .default(null)
    .describe("How much the model thinks, as the provider names it: none, minimal, low, medium, high."),
);

/** Tasks of models that outline objects as well. */
export const segmentingTask = lazy(() =>
  z.enum(SEGMENTING_TASKS).default("unconstrained").describe("What is asked; unconstrained sends the prompt alone."),
);

export const askedOutputs = { output: ["string", "language_model_output"], classes: "list_of_values" } as const;
export const thinkingOutput = { thinking: "string" } as const;
export const tokenOutputs = { input_tokens: "integer", output_tokens: "integer" } as const;

/** What the answer says, read; the status tells that it could not be had or read. */
const status = { error_status: "boolean", inference_id: "inference_id" } as const;
export const readOutputs = {
  predictions: ["object_detection_prediction", "classification_prediction"],
  ...status,
} as const;
export const segmentedOutputs = {
  predictions: [
    "object_detection_prediction",
    "rle_instance_segmentation_prediction",
    "instance_segmentation_prediction",
    "classification_prediction",
  ],
  ...status,
} as const;
