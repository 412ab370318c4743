import type { LanguageAnswer, LanguageProvider, LanguageQuestion } from "../../blocks/contract/services.ts";

/** How a provider is asked: its address, its key, and the two forms of its JSON. */
export interface Dialect {
  name: string;
  /** Variables of the environment with another address and with the key. */
  addressVariable: string;
  keyVariable: string;
  address: string;
  path: (question: LanguageQuestion) => string;
  headers: (key: string) => Record<string, string>;
  body: (question: LanguageQuestion) => object;
  answer: (json: Json) => LanguageAnswer;
}

type Json = Readonly<Record<string, unknown>>;

const openAi = {
  path: () => "/chat/completions",
  headers: (key: string): Record<string, string> => (key === "" ? {} : { authorization: `Bearer ${key}` }),
  body: chatBody,
  answer: chatAnswer,
};

export const DIALECTS: Readonly<Record<LanguageProvider, Dialect>> = {
  openai: {
    ...openAi,
    name: "OpenAI",
    addressVariable: "OPENAI_BASE_URL",
    keyVariable: "OPENAI_API_KEY",
    address: "https://api.openai.com/v1",
    body: (question) => chatBody(question, "max_completion_tokens"),
  },
  openai_compatible: {
    ...openAi,
    name: "the model's server",
    addressVariable: "OPENAI_BASE_URL",
    keyVariable: "OPENAI_API_KEY",
    address: "",
    body: (question) => chatBody(question, "max_tokens"),
  },
  openrouter: {
    ...openAi,
    name: "OpenRouter",
    addressVariable: "OPENROUTER_BASE_URL",
    keyVariable: "OPENROUTER_API_KEY",
    address: "https://openrouter.ai/api/v1",
    body: (question) => chatBody(question, "max_tokens"),
  },
  xai: {
    ...openAi,
    name: "xAI",
    addressVariable: "XAI_BASE_URL",
    keyVariable: "XAI_API_KEY",
    address: "https://api.x.ai/v1",
    body: (question) => chatBody(question, "max_completion_tokens"),
  },
  anthropic: {
    name: "Anthropic",
    addressVariable: "ANTHROPIC_BASE_URL",
    keyVariable: "ANTHROPIC_API_KEY",
    address: "https://api.anthropic.com",
    path: () => "/v1/messages",
    headers: (key) => ({ "x-api-key": key, "anthropic-version": "2023-06-01" }),
    body: anthropicBody,
    answer: anthropicAnswer,
  },
  gemini: {
    name: "Gemini",
    addressVariable: "GOOGLE_GEMINI_BASE_URL",
    keyVariable: "GEMINI_API_KEY",
    address: "https://generativelanguage.googleapis.com",
    path: ({ model }) => `/v1beta/models/${encodeURIComponent(model)}:generateContent`,
    headers: (key) => ({ "x-goog-api-key": key }),
    body: geminiBody,
    answer: geminiAnswer,
  },
};

function chatBody(question: LanguageQuestion, limit: string) {
  const { model, system, text, image, imageDetail, maxTokens, temperature, extra } = question;
  const shown = image === null ? [] : [{ type: "image_url", image_url: { url: dataUrl(image), detail: imageDetail } }];
  return {
    model,
    messages: [
      ...(system === null ? [] : [{ role: "system", content: system }]),
      { role: "user", content: [{ type: "text", text }, ...shown] },
    ],
    ...(maxTokens === null ? {} : { [limit]: maxTokens }),
    ...(temperature === null ? {} : { temperature }),
    ...extra,
  };
}

function chatAnswer({ choices, usage }: Json): LanguageAnswer {
  const message = objectOf(objectOf(listOf(choices)[0])["message"]);
  const { prompt_tokens, completion_tokens } = objectOf(usage);
  return {
    text: textOf(message["content"]),
    thinking: textOf(message["reasoning"]),
    inputTokens: numberOf(prompt_tokens),
    outputTokens: numberOf(completion_tokens),
  };
}

/** Anthropic wants a bound of the answer. */
const ANSWER_TOKENS = 4096;

function anthropicBody({ model, system, text, image, maxTokens, temperature, extra }: LanguageQuestion) {
  const source = image && { type: "base64", media_type: "image/jpeg", data: base64(image) };
  return {
    model,
    max_tokens: maxTokens ?? ANSWER_TOKENS,
    ...(system === null ? {} : { system }),
    messages: [{ role: "user", content: [...(source ? [{ type: "image", source }] : []), { type: "text", text }] }],
    ...(temperature === null ? {} : { temperature }),
    ...extra,
  };
}

function anthropicAnswer({ content, usage }: Json): LanguageAnswer {
  const parts = listOf(content).map(objectOf);
  const of = (type: string, key: string) =>
    parts.filter((part) => part["type"] === type).map((part) => textOf(part[key]));
  const { input_tokens, output_tokens } = objectOf(usage);
  return {
    text: of("text", "text").join(""),
    thinking: of("thinking", "thinking").join(""),
    inputTokens: numberOf(input_tokens),
    outputTokens: numberOf(output_tokens),
  };
}

function geminiBody({ system, text, image, maxTokens, temperature, extra }: LanguageQuestion) {
  const { generationConfig = {}, ...others } = extra;
  const shown = image === null ? [] : [{ inline_data: { mime_type: "image/jpeg", data: base64(image) } }];
  return {
    ...(system === null ? {} : { system_instruction: { parts: [{ text: system }] } }),
    contents: [{ role: "user", parts: [...shown, { text }] }],
    generationConfig: {
      ...(maxTokens === null ? {} : { maxOutputTokens: maxTokens }),
      ...(temperature === null ? {} : { temperature }),
      ...objectOf(generationConfig),
    },
    ...others,
  };
}

function geminiAnswer({ candidates, usageMetadata }: Json): LanguageAnswer {
  const parts = listOf(objectOf(objectOf(listOf(candidates)[0])["content"])["parts"]).map(objectOf);
  const { promptTokenCount, candidatesTokenCount } = objectOf(usageMetadata);
  const texts = (isThought: boolean) =>
    parts.filter((part) => (part["thought"] === true) === isThought).map((part) => textOf(part["text"]));
  return {
    text: texts(false).join(""),
    thinking: texts(true).join(""),
    inputTokens: numberOf(promptTokenCount),
    outputTokens: numberOf(candidatesTokenCount),
  };
}

function base64(image: Uint8Array): string {
  return Buffer.from(image).toString("base64");
}

function dataUrl(image: Uint8Array): string {
  return `data:image/jpeg;base64,${base64(image)}`;
}

function objectOf(value: unknown): Json {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function numberOf(value: unknown): number | null {
  return typeof value === "number" ? value : null;
}
