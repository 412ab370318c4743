import { z } from "zod";
import { defineBlock } from "../../contract/block.ts";
import { orRef, ref } from "../../contract/fields.ts";
import { Slots } from "../slots.ts";
import { askGpt, gptConfigField, imageOutputs } from "./gpt-by-prompt.ts";

export const lmmForClassificationV1 = defineBlock({
  type: "roboflow_core/lmm_for_classification@v1",
  aliases: ["LMMForClassification"],
  category: "model",
  summary: "Lets a model of OpenAI name the class of an image.",
  inputs: () =>
    z.object({
      images: ref("image").describe("Images to classify."),
      lmm_type: orRef(z.enum(["gpt_4v"]), "string").describe("Whose model it is: OpenAI's."),
      classes: orRef(z.array(z.string()), "list_of_values").describe("Classes to choose from."),
      lmm_config: gptConfigField().describe("Model, how closely it looks, and the most tokens of its answer."),
      remote_api_key: orRef(z.string(), "string", "secret")
        .nullable()
        .default(null)
        .describe("Key of an account at OpenAI; by default the one in OPENAI_API_KEY."),
    }),
  synonyms: { images: ["image"] },
  outputs: { raw_output: "string", top: "top_class", ...imageOutputs, prediction_type: "prediction_type" },
  batches: ["images"],
  needs: ["language", "pixels", "time"],
  example: { images: "$inputs.image", lmm_type: "gpt_4v", classes: ["full", "empty"] },
  prepare: () => new Slots(null),
  async run({ images: image, classes, lmm_config: config, remote_api_key: key }, context) {
    const prompt = `Choose the one class of this list that the image shows: ${classes.join(", ")}.`;
    const settings = {
      model: config.gpt_model_version,
      maxTokens: config.max_tokens,
      imageDetail: config.gpt_image_detail,
    };
    const question = { image, prompt, fields: { top: "name of the class" }, key, ...settings };
    const { text, fields, ...about } = await askGpt(question, context);
    return { ...about, raw_output: text, top: String(fields["top"]), prediction_type: "classification" };
  },
});
