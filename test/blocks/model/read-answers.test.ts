import { describe, expect, it, test } from "vitest";
import type { Block } from "../../../src/blocks/contract/block.ts";
import { anthropicClaudeV5 } from "../../../src/blocks/model/language/anthropic-claude.ts";
import { BOX_FORMAT_NAMES, type BoxFormatName } from "../../../src/blocks/model/language/box-formats.ts";
import { googleGeminiV6 } from "../../../src/blocks/model/language/google-gemini.ts";
import { googleGemmaV1, googleGemmaV4 } from "../../../src/blocks/model/language/google-gemma.ts";
import { kimiOpenrouterV3 } from "../../../src/blocks/model/language/kimi-openrouter.ts";
import { lmmForClassificationV1 } from "../../../src/blocks/model/language/lmm-for-classification.ts";
import { metaVlmV3 } from "../../../src/blocks/model/language/meta-vlm.ts";
import { mistralVlmV1 } from "../../../src/blocks/model/language/mistral-vlm.ts";
import { openAiV7 } from "../../../src/blocks/model/language/open-ai.ts";
import { openAiV1 } from "../../../src/blocks/model/language/open-ai-first.ts";
import { openrouterV3 } from "../../../src/blocks/model/language/openrouter.ts";
import { qwenVlmV4 } from "../../../src/blocks/model/language/qwen-vlm.ts";
import { spacexAiV3 } from "../../../src/blocks/model/language/spacexai.ts";
import { zaiVlmV2 } from "../../../src/blocks/model/language/zai-vlm.ts";
import type { Detections } from "../../../src/kinds/detections.ts";
import { areaOf } from "../../../src/kinds/mask.ts";
import { issuesOf } from "../../helpers/open-plan.ts";
import { openSink, picture } from "../sink/open-sink.ts";
import { json, openService } from "../sink/service-double.ts";

const KEY = "key-of-a-test";
const ADDRESSES = [
  "OPENROUTER_BASE_URL",
  "OPENAI_BASE_URL",
  "XAI_BASE_URL",
  "ANTHROPIC_BASE_URL",
  "GOOGLE_GEMINI_BASE_URL",
];

/** A step whose provider answers each question with this text, in the form of every provider at once. */
async function answering(block: Block, literals: Record<string, unknown>, text: string) {
  const form = {
    choices: [{ message: { content: text, reasoning: "thought" } }],
    usage: { prompt_tokens: 7, completion_tokens: 2, input_tokens: 7, output_tokens: 2 },
    content: [{ type: "text", text }],
    candidates: [{ content: { parts: [{ text }] } }],
    usageMetadata: { promptTokenCount: 7, candidatesTokenCount: 2 },
  };
  const { base, asked } = await openService((_, response) => json(response, form));
  const variables = Object.fromEntries(ADDRESSES.map((name) => [name, base]));
  const step = openSink(block, { api_key: KEY, ...literals }, { variables });
  return { ...step, bodies: () => asked.map(({ body }) => JSON.parse(body.toString())) };
}

const classes = ["bus", "car"];

describe("objects in an answer", () => {
  /** A car in the right half of a picture of 200 by 100, in each form. */
  const CAR: Record<BoxFormatName, unknown> = {
    named_normalized: {
      detections: [{ x_min: 0.5, y_min: 0, x_max: 1, y_max: 1, class_name: "car", confidence: 0.9 }],
    },
    named_0_1000: { detections: [{ x_min: 500, y_min: 0, x_max: 1000, y_max: 1000, label: "car", confidence: 0.9 }] },
    xyxy_0_1000: [{ box_2d: [500, 0, 1000, 1000], label: "car" }],
    xyxy_0_999: [{ box_2d: [499.5, 0, 999, 999], label: "car" }],
    yxyx_0_1000: [{ box_2d: [0, 500, 1000, 1000], label: "car" }],
    xyxy_percent: [{ box_2d: [50, 0, 100, 100], label: "car" }],
    xyxy_absolute: [{ box_2d: [100, 0, 200, 100], label: "car" }],
  };

  it.each(BOX_FORMAT_NAMES)("are detections in pixels, asked for and read as %s", async (format) => {
    const literals = { model_id: "v/m", task_type: "object-detection", classes, detection_format: format };
    const step = await answering(openrouterV3, literals, `\`\`\`json\n${JSON.stringify(CAR[format])}\n\`\`\``);
    const found = await step.run({ images: picture(200, 100) });
    const { items, inferenceId } = found["predictions"] as Detections;
    expect(items).toMatchObject([{ box: [100, 0, 200, 100], class: "car", classId: 1 }]);
    expect(found).toMatchObject({
      error_status: false,
      inference_id: inferenceId,
      input_tokens: 7,
      thinking: "thought",
    });
    expect(step.bodies()[0].messages[0].content).toContain(
      Object.keys(Object.values(CAR[format] as object).flat()[0])[0],
    );
  });

  it("are read by the size in which the model sees the picture", async () => {
    const literals = { model_id: "v/m", task_type: "object-detection", classes, detection_format: "xyxy_absolute" };
    const step = await answering(openrouterV3, literals, '[{"box_2d": [512, 0, 1024, 512], "label": "car"}]');
    const found = await step.run({ images: picture(2048, 1024) });
    expect(step.bodies()[0].messages[0].content).toContain("1024 wide and 512 high");
    expect((found["predictions"] as Detections).items).toMatchObject([{ box: [1024, 0, 2048, 1024] }]);
  });

  it.each([
    ["Claude", anthropicClaudeV5, {}, "named_normalized"],
    ["GPT", openAiV7, {}, "named_normalized"],
    ["Gemini", googleGeminiV6, {}, "named_normalized"],
    ["Grok", spacexAiV3, {}, "xyxy_percent"],
    ["Gemma", googleGemmaV4, {}, "named_normalized"],
    ["Kimi", kimiOpenrouterV3, {}, "named_normalized"],
    ["Mistral", mistralVlmV1, {}, "named_normalized"],
    ["Muse", metaVlmV3, { model_version: "Muse Spark 1.3" }, "named_0_1000"],
    ["Qwen", qwenVlmV4, { backend: "openrouter" }, "xyxy_0_1000"],
    ["GLM", zaiVlmV2, {}, "xyxy_0_1000"],
  ] as const)("of %s are read in the form that it is asked for", async (_, block, literals, format) => {
    const text = JSON.stringify(CAR[format]);
    const step = await answering(block, { task_type: "object-detection", classes, ...literals }, text);
    const found = await step.run({ images: picture(200, 100) });
    expect(found["predictions"]).toMatchObject({ items: [{ box: [100, 0, 200, 100], class: "car", classId: 1 }] });
    expect(Object.keys(found).toSorted()).toEqual(Object.keys(block.outputs).toSorted());
  });

  it("have outlines where those are asked for", async () => {
    const polygon = [[0.5, 0], [1, 0], [1, 1], [0.5, 1]]; // biome-ignore format: points
    const text = JSON.stringify({ detections: [{ class_name: "car", confidence: 0.5, polygon }] });
    for (const block of [googleGeminiV6, openAiV7]) {
      const step = await answering(block, { task_type: "instance-segmentation", classes }, text);
      const [car] = ((await step.run({ images: picture(200, 100) }))["predictions"] as Detections).items;
      expect(car).toMatchObject({ box: [100, 0, 200, 100], class: "car", confidence: 0.5 });
      expect(areaOf(car?.mask ?? { x: 0, y: 0, width: 0, height: 0, runs: new Uint32Array() })).toBe(100 * 100);
    }
  });
});

test("classes in an answer are a classification", async () => {
  const literals = { task_type: "classification", classes };
  const step = await answering(anthropicClaudeV5, literals, '{"class_name": "bus", "confidence": 0.8}');
  expect((await step.run({ images: picture() }))["predictions"]).toMatchObject({ top: "bus", confidence: 0.8 });
});

test("an answer in another form sets the status and keeps the text; a task without predictions has none", async () => {
  const step = await answering(anthropicClaudeV5, { task_type: "object-detection", classes }, "I see a car.");
  const found = { output: "I see a car.", predictions: null };
  expect(await step.run({ images: picture() })).toMatchObject({ ...found, error_status: true, output_tokens: 2 });
  const caption = await answering(anthropicClaudeV5, { task_type: "caption" }, "I see a car.");
  expect(await caption.run({ images: picture() })).toMatchObject({ ...found, error_status: false });
});

test("a provider that fails is an output of a step with a status, is counted, and its key is in no message", async () => {
  const { base } = await openService((_, response) => json(response, { error: { message: `bad key ${KEY}` } }, 401));
  const literals = { task_type: "caption", api_key: KEY };
  const step = openSink(anthropicClaudeV5, literals, { variables: { ANTHROPIC_BASE_URL: base } });
  const failed = { output: null, predictions: null, error_status: true, input_tokens: null };
  expect(await step.run({ images: picture() })).toMatchObject(failed);
  expect(step.events).toMatchObject([{ type: "effect_failed", code: "LANGUAGE_REFUSED" }]);
  expect(JSON.stringify(step.events)).not.toContain(KEY);
});

describe("a model of OpenRouter", () => {
  const asked = async (block: Block, literals: Record<string, unknown>) => {
    const step = await answering(block, { task_type: "caption", ...literals }, "a car");
    await step.run({ images: picture() });
    const { messages, ...body } = step.bodies()[0];
    return body;
  };

  it("goes by the name that the block gives it, or by OpenRouter's own", async () => {
    expect(await asked(googleGemmaV1, {})).toEqual({
      model: "google/gemma-4-31b-it",
      max_tokens: 500,
      temperature: 0.1,
    });
    expect(await asked(googleGemmaV1, { model_version: "google/gemma-5" })).toMatchObject({ model: "google/gemma-5" });
  });

  it("is asked for privacy and thought as the step says", async () => {
    expect(await asked(googleGemmaV4, { privacy_level: "zdr", reasoning_effort: "low" })).toMatchObject({
      provider: { data_collection: "deny", zdr: true },
      reasoning: { effort: "low" },
    });
    const qwen = { backend: "openrouter" };
    expect(await asked(qwenVlmV4, qwen)).toMatchObject({ model: "qwen/qwen3.7-plus", reasoning: { enabled: false } });
    const thinking = { ...qwen, openrouter_model_version: "Qwen 3 VL 8B Thinking" };
    expect(await asked(qwenVlmV4, thinking)).toMatchObject({ reasoning: { effort: "low" } });
  });
});

describe("a definition is refused", () => {
  const faults = (properties: Record<string, unknown>) => {
    const step = { name: "ask", images: "$inputs.image", task_type: "caption", api_key: KEY, ...properties };
    const inputs = [{ type: "WorkflowImage", name: "image" }];
    return issuesOf({ version: "1.0", inputs, steps: [step], outputs: [] }).map(({ path, message }) => [path, message]);
  };

  it("where a model has a name that says nothing to OpenRouter", () => {
    expect(faults({ type: "roboflow_core/meta_vlm@v3" })).toEqual([
      [
        "/steps/0/model_version",
        'step "ask" (roboflow_core/meta_vlm@v3): "model_version" is "Muse Wonder", a name that is not known here; state what OpenRouter calls the model, such as "vendor/model"',
      ],
    ]);
    expect(faults({ type: "roboflow_core/meta_vlm@v3", model_version: "meta/muse-wonder" })).toEqual([]);
  });

  it("where it wants a local model, or a task lacks what it needs", () => {
    expect(faults({ type: "roboflow_core/qwen_vlm@v4" })).toMatchObject([["/steps/0/backend", /as a local model/]]);
    expect(faults({ type: "roboflow_core/open_ai@v7", task_type: "classification" })).toMatchObject([
      ["/steps/0/classes", /is empty, which the task "classification" needs/],
    ]);
  });
});

test("fields of an answer are outputs of the oldest blocks, and what it lacks is not detected", async () => {
  const literals = {
    openai_api_key: KEY,
    prompt: "What is on the belt?",
    json_output_format: { thing: "what it is", count: "how many" },
  };
  const step = await answering(openAiV1, literals, '{"thing": "box"}');
  expect(await step.run({ images: picture(16, 8) })).toMatchObject({
    thing: "box",
    count: "not_detected",
    structured_output: { thing: "box", count: "not_detected" },
    image: { width: 16, height: 8 },
    root_parent_id: "gate",
  });
  expect(step.bodies()[0].messages[0].content[0].text).toContain('"thing":"what it is"');
  const one = await answering(
    lmmForClassificationV1,
    { classes: ["full", "empty"], remote_api_key: KEY },
    '{"top": "full"}',
  );
  expect(await one.run({ images: picture() })).toMatchObject({ top: "full", prediction_type: "classification" });
});
