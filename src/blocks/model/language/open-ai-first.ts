import { z } from "zod";
import { defineBlock } from "../../contract/block.ts";
import { orRef, ref } from "../../contract/fields.ts";
import { askedFields as fieldsOfAnswer } from "../../reference/dynamic-outputs.ts";
import { Slots } from "../slots.ts";
import { askGpt, structuredField, structuredOutputs } from "./gpt-by-prompt.ts";
import { tokensField } from "./language-fields.ts";

export const openAiV1 = defineBlock({
  type: "roboflow_core/open_ai@v1",
  aliases: ["OpenAI"],
  category: "model",
  summary: "Asks a model of OpenAI about images.",
  inputs: () =>
    z.object({
      images: ref("image").describe("Images to ask about, one question for each."),
      prompt: orRef(z.string(), "string").describe("Question."),
      openai_api_key: orRef(z.string(), "string", "secret").describe("Key of an account at OpenAI."),
      openai_model: orRef(z.string(), "string").default("gpt-4o").describe("Name of the model, as OpenAI has it."),
      json_output_format: structuredField(),
      image_detail: orRef(z.enum(["auto", "high", "low"]), "string")
        .default("auto")
        .describe("How closely the model looks: low costs least."),
      max_tokens: tokensField(450),
    }),
  synonyms: { images: ["image"] },
  outputs: structuredOutputs,
  dynamicOutputs: fieldsOfAnswer,
  batches: ["images"],
  needs: ["language", "pixels", "time"],
  example: { images: "$inputs.image", prompt: "What is on the belt?", openai_api_key: "$inputs.key" },
  prepare: () => new Slots(null),
  async run(inputs, context) {
    const { text, fields, ...about } = await askGpt(
      {
        image: inputs.images,
        prompt: inputs.prompt,
        fields: inputs.json_output_format,
        key: inputs.openai_api_key,
        model: inputs.openai_model,
        maxTokens: inputs.max_tokens,
        imageDetail: inputs.image_detail,
      },
      context,
    );
    return { ...fields, ...about, raw_output: text, structured_output: fields };
  },
});
