import { z } from "zod";
import { messageOf } from "../../../base/errors.ts";
import { isImage } from "../../../kinds/image.ts";
import { dataOperations } from "../../../query/operated-data.ts";
import { defineBlock } from "../../contract/block.ts";
import { orRef, refMap } from "../../contract/fields.ts";
import { compileMessage, textOf } from "../../sink/message-text.ts";
import { Slots } from "../slots.ts";
import { encoded } from "./ask-language.ts";

const TIMEOUT_MS = 20_000;
const LONGEST_SIDE = 1024;

export const openaiCompatibleV1 = defineBlock({
  type: "roboflow_core/openai_compatible@v1",
  category: "model",
  summary: "Asks a model behind an interface like OpenAI's.",
  inputs: () =>
    z.object({
      base_url: orRef(z.string(), "string").describe("Address of the interface, such as http://localhost:8000/v1."),
      model_name: orRef(z.string(), "string").describe("Name of the model there."),
      prompt: orRef(z.string(), "string").describe(
        "Question; {{ $parameters.name }} is the place of a value, an image is shown.",
      ),
      prompt_parameters: refMap(["*"], z.union([z.string(), z.number(), z.boolean()]))
        .default({})
        .describe("Values by the names of their places."),
      prompt_parameters_operations: dataOperations().describe("Operations on the values, by name."),
      api_key: orRef(z.string(), "secret", "string")
        .nullable()
        .default(null)
        .describe("Key, where the server asks for one."),
      system_prompt: orRef(z.string(), "string").nullable().default(null).describe("What the model is to keep to."),
      max_tokens: z.int().positive().default(500).describe("Most tokens of the answer."),
      temperature: orRef(z.number(), "float").nullable().default(null).describe("How free the answer is."),
      extra_body: z
        .record(z.string(), z.unknown())
        .nullable()
        .default(null)
        .describe("Further properties of the request."),
    }),
  outputs: { output: ["string", "language_model_output"], error_status: "string" },
  needs: ["language", "background", "pixels"],
  example: {
    base_url: "http://localhost:8000/v1",
    model_name: "local",
    prompt: "What is in {{ $parameters.view }}?",
    prompt_parameters: { view: "$inputs.image" },
  },
  prepare: ({ prompt_parameters_operations }) => ({
    questionOf: compileMessage(prompt_parameters_operations),
    slots: new Slots(null),
  }),
  async run(inputs, { step, prepared, services }) {
    const { language, background, pixels } = services;
    const ask = async () => {
      const asked = { message: inputs.prompt, message_parameters: inputs.prompt_parameters };
      const pieces = prepared.questionOf(asked, pixels);
      const shown = pieces.flatMap((piece) => ("name" in piece && isImage(piece.value) ? [piece.value] : []))[0];
      const image = shown === undefined ? null : await encoded(shown, pixels, LONGEST_SIDE);
      const text = textOf(
        pieces.map((piece) => ("name" in piece && isImage(piece.value) ? { text: "the image" } : piece)),
      );
      const answer = await language.ask({
        provider: "openai_compatible",
        baseUrl: inputs.base_url,
        model: inputs.model_name,
        key: inputs.api_key,
        system: inputs.system_prompt,
        ...{ text, image, imageDetail: "auto" },
        maxTokens: inputs.max_tokens,
        temperature: inputs.temperature,
        extra: inputs.extra_body ?? {},
        timeoutMs: TIMEOUT_MS,
      });
      return answer.text;
    };
    try {
      return { output: await background.attend(step, () => prepared.slots.use(ask)), error_status: "" };
    } catch (error) {
      return { output: null, error_status: messageOf(error) };
    }
  },
});
