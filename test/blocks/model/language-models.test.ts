import { expect, test } from "vitest";
import { anthropicClaudeV3 } from "../../../src/blocks/model/language/anthropic-claude.ts";
import { googleGeminiV4 } from "../../../src/blocks/model/language/google-gemini.ts";
import { openAiV5 } from "../../../src/blocks/model/language/open-ai.ts";
import { openaiCompatibleV1 } from "../../../src/blocks/model/language/openai-compatible.ts";
import { openSink, picture } from "../sink/open-sink.ts";
import { json, openService } from "../sink/service-double.ts";

const CHAT = { choices: [{ message: { content: "a car" } }] };

test("a task asks for the form that is read from the answer, with the classes it may name", async () => {
  const { base, asked } = await openService((_, response) => json(response, CHAT));
  const literals = {
    task_type: "object-detection",
    classes: ["car", "bus"],
    api_key: "key-of-a-test",
    reasoning_effort: "low",
  };
  const step = openSink(openAiV5, literals, { variables: { OPENAI_BASE_URL: base } });
  expect(await step.run({ images: picture(2000, 1000) })).toEqual({ output: "a car", classes: ["car", "bus"] });
  const { messages, reasoning_effort, model } = JSON.parse(asked[0]?.body.toString() ?? "");
  expect(messages[0].content).toContain('{"detections": [{"x_min"');
  expect(messages[1].content[0].text).toBe("Classes: car, bus");
  expect([model, reasoning_effort]).toEqual(["gpt-5.1", "low"]);
  const { default: sharp } = await import("sharp");
  const url = String(messages[1].content[1].image_url.url);
  expect(await sharp(Buffer.from(url.split(",")[1] ?? "", "base64")).metadata()).toMatchObject({
    width: 1024,
    height: 512,
  });
});

test("a task without what it needs fails its step before anything is sent", async () => {
  const step = openSink(openAiV5, { task_type: "classification", api_key: "key-of-a-test" });
  await expect(step.run({ images: picture() })).rejects.toMatchObject({ code: "STEP_INPUT" });
});

test("thinking and running code are asked for as each provider names them", async () => {
  const { base, asked } = await openService((_, response) => json(response, {}));
  const variables = { ANTHROPIC_BASE_URL: base, GOOGLE_GEMINI_BASE_URL: base };
  const common = { prompt: "what?", api_key: "key-of-a-test" };
  const claude = { ...common, extended_thinking: true, thinking_budget_tokens: 2000 };
  const gemini = { ...common, thinking_level: "low", google_code_execution: true };
  await openSink(anthropicClaudeV3, claude, { variables }).run({ images: picture() });
  await openSink(googleGeminiV4, gemini, { variables }).run({ images: picture() });
  const [first, second] = asked.map(({ body }) => JSON.parse(body.toString()));
  expect(first.thinking).toEqual({ type: "enabled", budget_tokens: 2000 });
  expect(second.generationConfig).toMatchObject({ thinkingConfig: { thinkingLevel: "low" } });
  expect(second.tools).toEqual([{ code_execution: {} }]);
});

test("a server of one's own is asked with the values of the prompt, and its failure is an output", async () => {
  const { base, asked } = await openService(({ path }, response) =>
    path === "/v1/chat/completions" ? json(response, CHAT) : json(response, { error: { message: "not here" } }, 404),
  );
  const literals = {
    model_name: "local",
    prompt: "{{ $parameters.n }} in {{ $parameters.view }}?",
    extra_body: { seed: 1 },
  };
  const step = openSink(openaiCompatibleV1, literals);
  const prompt_parameters = { n: 3, view: picture() };
  expect(await step.run({ base_url: `${base}/v1`, prompt_parameters })).toEqual({ output: "a car", error_status: "" });
  const { messages, seed } = JSON.parse(asked[0]?.body.toString() ?? "");
  expect(seed).toBe(1);
  expect(messages[0].content.map(({ type }: { type: string }) => type)).toEqual(["text", "image_url"]);
  expect(messages[0].content[0].text).toBe("3 in the image?");
  expect(await step.run({ base_url: `${base}/v2`, prompt_parameters })).toEqual({
    output: null,
    error_status: "the model's server answered with status 404: not here",
  });
  expect(step.events).toMatchObject([{ code: "LANGUAGE_REFUSED" }]);
});
