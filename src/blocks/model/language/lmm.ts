import { z } from "zod";
import { defineBlock } from "../../contract/block.ts";
import { orRef, ref } from "../../contract/fields.ts";
import { askedFields as fieldsOfAnswer } from "../../reference/dynamic-outputs.ts";
import { Slots } from "../slots.ts";
import { askGpt, gptConfigField, structuredField, structuredOutputs } from "./gpt-by-prompt.ts";

export const lmmV1 = defineBlock({
  type: "roboflow_core/lmm@v1",
  aliases: ["LMM"],
  category: "model",
  summary: "Asks a model of OpenAI about images.",
  inputs: () =>
    z.object({
      images: ref("image").describe("Images to ask about, one question for each."),
      prompt: orRef(z.string(), "string").describe("Question."),
      lmm_type: orRef(z.enum(["gpt_4v"]), "string").describe("Whose model it is: OpenAI's."),
      lmm_config: gptConfigField().describe("Model, how closely it looks, and the most tokens of its answer."),
      remote_api_key: orRef(z.string(), "string", "secret")
        .nullable()
        .default(null)
        .describe("Key of an account at OpenAI; by default the one in OPENAI_API_KEY."),
      json_output: structuredField(),
    }),
  synonyms: { images: ["image"] },
  outputs: structuredOutputs,
  dynamicOutputs: fieldsOfAnswer,
  batches: ["images"],
  needs: ["language", "pixels", "time"],
  example: { images: "$inputs.image", prompt: "What is on the belt?", lmm_type: "gpt_4v" },
  prepare: () => new Slots(null),
  async run({ images: image, prompt, lmm_config: config, remote_api_key: key, json_output }, context) {
    const settings = {
      model: config.gpt_model_version,
      maxTokens: config.max_tokens,
      imageDetail: config.gpt_image_detail,
    };
    const { text, fields, ...about } = await askGpt({ image, prompt, fields: json_output, key, ...settings }, context);
    return { ...fields, ...about, raw_output: text, structured_output: fields };
  },
});
