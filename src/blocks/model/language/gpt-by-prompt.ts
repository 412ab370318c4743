import { z } from "zod";
import { EffectError } from "../../../base/errors.ts";
import { lazy } from "../../../base/lazy.ts";
import type { Image } from "../../../kinds/image.ts";
import type { Context } from "../../contract/block.ts";
import { answerJson } from "../../data/answers/answer-json.ts";
import type { Slots } from "../slots.ts";
import { encoded } from "./ask-language.ts";

export const gptConfigField = lazy(() =>
  z
    .object({
      max_tokens: z.int().positive().default(450).describe("Most tokens of the answer."),
      gpt_image_detail: z.enum(["low", "high", "auto"]).default("auto").describe("How closely the model looks."),
      gpt_model_version: z.string().default("gpt-4o").describe("Name of the model, as OpenAI has it."),
    })
    .prefault({}),
);

export const structuredField = lazy(() =>
  z
    .record(z.string(), z.string())
    .nullable()
    .default(null)
    .describe("Fields of the answer, each with what it is to hold; each is an output of the step."),
);

export const imageOutputs = {
  parent_id: "parent_id",
  root_parent_id: "parent_id",
  image: "image_metadata",
} as const;

export const structuredOutputs = { ...imageOutputs, structured_output: "dictionary", raw_output: "string" } as const;

interface Question {
  image: Image;
  prompt: string;
  /** What each field of the answer is to hold; null for an answer in words. */
  fields: Readonly<Record<string, string>> | null;
  key: string | null;
  model: string;
  maxTokens: number;
  imageDetail: string;
}

const TIMEOUT_MS = 20_000;
const LONGEST_SIDE = 1024;
const UNKNOWN = "not_detected";

/** Asks GPT in words of the user, and reads the fields of its answer; a field that it does not have is "not_detected". */
export async function askGpt(question: Question, { prepared, services }: Context<undefined, Slots>) {
  const { language, pixels, time } = services;
  const startedMs = time.steadyMs();
  const answer = await prepared.use(async () => {
    const timeoutMs = TIMEOUT_MS - (time.steadyMs() - startedMs);
    if (timeoutMs <= 0)
      throw new EffectError("LANGUAGE_TIMEOUT", "questions of the step before it took all of its time");
    const { model, key, maxTokens, imageDetail, prompt, fields } = question;
    const image = await encoded(question.image, pixels, LONGEST_SIDE);
    const text = fields === null ? prompt : `${prompt}\n\n${FORM} ${JSON.stringify(fields)}`;
    const asked = { provider: "openai", system: null, temperature: null, extra: {} } as const;
    return language.ask({ ...asked, model, key, text, image, imageDetail, maxTokens, timeoutMs });
  });
  return { text: answer.text, fields: fieldsIn(answer.text, question.fields ?? {}), ...aboutImage(question.image) };
}

const FORM = "Answer with JSON alone: an object with these keys, each told by what it is to hold:";

function fieldsIn(answer: string, fields: Readonly<Record<string, string>>): Record<string, unknown> {
  const json = answerJson(answer);
  const found = json === undefined || Array.isArray(json) ? {} : (json as Readonly<Record<string, unknown>>);
  const valueIn = (name: string) => (Object.hasOwn(found, name) ? found[name] : UNKNOWN);
  return Object.fromEntries(Object.keys(fields).map((name) => [name, valueIn(name)]));
}

function aboutImage({ width, height, parentId, root }: Image) {
  return { image: { width, height }, parent_id: parentId, root_parent_id: root.id };
}
