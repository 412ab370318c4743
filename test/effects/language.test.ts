import type { ServerResponse } from "node:http";
import { describe, expect, onTestFinished, test } from "vitest";
import type { LanguageProvider, LanguageQuestion } from "../../src/blocks/contract/services.ts";
import { ANY_FOLDER, openEffects } from "../../src/effects/open-effects.ts";
import { json, openService } from "../blocks/sink/service-double.ts";

const QUESTION: Omit<LanguageQuestion, "provider"> = {
  model: "m/1",
  key: "key-of-a-test",
  system: "be brief",
  text: "what is it?",
  image: Uint8Array.of(1, 2, 3),
  imageDetail: "low",
  maxTokens: 50,
  temperature: 0.5,
  extra: {},
  timeoutMs: 20_000,
};

function open(variables: NodeJS.ProcessEnv, languageCallsPerMinute = 100) {
  const effects = openEffects({ files: ANY_FOLDER, report: () => {}, variables, languageCallsPerMinute });
  onTestFinished(() => effects.close());
  const { language } = effects.services;
  return (provider: LanguageProvider, more: Partial<LanguageQuestion> = {}) =>
    language.ask({ ...QUESTION, provider, ...more });
}

const image = { type: "image_url", image_url: { url: "data:image/jpeg;base64,AQID", detail: "low" } };
const chat = {
  answer: {
    choices: [{ message: { content: "a car", reasoning: "wheels" } }],
    usage: { prompt_tokens: 7, completion_tokens: 2 },
  },
  messages: [
    { role: "system", content: "be brief" },
    { role: "user", content: [{ type: "text", text: "what is it?" }, image] },
  ],
};

/** What each provider is asked, and how it answers. */
const PROVIDERS = [
  {
    provider: "openai",
    variable: "OPENAI_BASE_URL",
    path: "/chat/completions",
    header: { authorization: "Bearer key-of-a-test" },
    body: { model: "m/1", max_completion_tokens: 50, temperature: 0.5, messages: chat.messages },
    answer: chat.answer,
  },
  {
    provider: "openrouter",
    variable: "OPENROUTER_BASE_URL",
    path: "/chat/completions",
    header: { authorization: "Bearer key-of-a-test" },
    body: { model: "m/1", max_tokens: 50, messages: chat.messages },
    answer: chat.answer,
  },
  {
    provider: "anthropic",
    variable: "ANTHROPIC_BASE_URL",
    path: "/v1/messages",
    header: { "x-api-key": "key-of-a-test", "anthropic-version": "2023-06-01" },
    body: {
      model: "m/1",
      max_tokens: 50,
      system: "be brief",
      messages: [
        {
          role: "user",
          content: [
            { type: "image", source: { type: "base64", media_type: "image/jpeg", data: "AQID" } },
            { type: "text", text: "what is it?" },
          ],
        },
      ],
    },
    answer: {
      content: [
        { type: "thinking", thinking: "wheels" },
        { type: "text", text: "a car" },
      ],
      usage: { input_tokens: 7, output_tokens: 2 },
    },
  },
  {
    provider: "gemini",
    variable: "GOOGLE_GEMINI_BASE_URL",
    path: "/v1beta/models/m%2F1:generateContent",
    header: { "x-goog-api-key": "key-of-a-test" },
    body: {
      system_instruction: { parts: [{ text: "be brief" }] },
      contents: [
        { role: "user", parts: [{ inline_data: { mime_type: "image/jpeg", data: "AQID" } }, { text: "what is it?" }] },
      ],
      generationConfig: { maxOutputTokens: 50, temperature: 0.5 },
    },
    answer: {
      candidates: [{ content: { parts: [{ text: "wheels", thought: true }, { text: "a car" }] } }],
      usageMetadata: { promptTokenCount: 7, candidatesTokenCount: 2 },
    },
  },
] as const;

test.each(PROVIDERS)(
  "$provider is asked in its own form",
  async ({ provider, variable, path, header, body, answer }) => {
    const { base, asked } = await openService((_, response) => json(response, answer));
    expect(await open({ [variable]: `${base}/` })(provider)).toEqual({
      text: "a car",
      thinking: "wheels",
      inputTokens: 7,
      outputTokens: 2,
    });
    expect(asked[0]?.path).toBe(path);
    expect(asked[0]?.headers).toMatchObject(header);
    expect(JSON.parse(asked[0]?.body.toString() ?? "")).toMatchObject(body);
  },
);

describe("a server of a language model", () => {
  const answers = async (...list: ((response: ServerResponse) => void)[]) => {
    const rest = [...list];
    const { base, asked } = await openService((_, response) => (rest.shift() ?? list.at(-1))?.(response));
    return { ask: open({ OPENAI_BASE_URL: base }), asked };
  };
  const busy = (response: ServerResponse) => json(response, { error: { message: "try later" } }, 429);
  const well = (response: ServerResponse) => json(response, chat.answer);
  const wrong = (response: ServerResponse) => json(response, { error: { message: "no such model" } }, 404);

  test("that is busy is asked again", async () => {
    const { ask, asked } = await answers(busy, well);
    expect((await ask("openai")).text).toBe("a car");
    expect(asked).toHaveLength(2);
  });

  test("that refuses a question is not asked again, and answers the next", async () => {
    const { ask, asked } = await answers(wrong, well);
    await expect(ask("openai")).rejects.toMatchObject({
      code: "LANGUAGE_REFUSED",
      message: "OpenAI answered with status 404: no such model",
    });
    expect(asked).toHaveLength(1);
    expect((await ask("openai")).text).toBe("a car");
  });

  test("that stays busy is left for a while", async () => {
    const { ask, asked } = await answers(busy);
    await expect(ask("openai")).rejects.toMatchObject({ code: "LANGUAGE_REFUSED" });
    const before = asked.length;
    await expect(ask("openai")).rejects.toMatchObject({ code: "LANGUAGE_AWAY" });
    expect(asked).toHaveLength(before);
  });
});

test("more questions than a minute may have fail at once", async () => {
  const { base, asked } = await openService((_, response) => json(response, chat.answer));
  const ask = open({ OPENAI_BASE_URL: base }, 2);
  for (let i = 0; i < 2; i++) await ask("openai");
  await expect(ask("openai")).rejects.toMatchObject({ code: "LANGUAGE_LIMIT" });
  expect(asked).toHaveLength(2);
});

test("the key comes from the environment where the step has none, and goes to no server that a definition names", async () => {
  const { base, asked } = await openService((_, response) => json(response, chat.answer));
  const ask = open({ OPENAI_BASE_URL: base, OPENAI_API_KEY: "from-the-environment" });
  await ask("openai", { key: "rf_key:account" });
  await ask("openai_compatible", { key: null, baseUrl: base });
  expect(asked.map(({ headers }) => headers.authorization)).toEqual(["Bearer from-the-environment", undefined]);
  await expect(open({})("anthropic", { key: null })).rejects.toMatchObject({ code: "LANGUAGE_NO_KEY" });
});
