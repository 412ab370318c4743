import { askedFields } from "./dynamic-outputs.ts";
import type { ReferenceGroup } from "./notation.ts";

const ASKED = { in: "images/image*: $[image]; +prompting", out: "output: str|lmo; classes: list", batches: ["images"] };
const ASKED_WITH_KEY = { ...ASKED, in: "images/image*: $[image]; api_key*: $[str|secret]|str; +prompting" };

export const LANGUAGE_MODELS: ReferenceGroup = {
  "anthropic_claude@v1": {
    summary: "Asks Claude about images.",
    ...ASKED,
    in: `images/image*: $[image]; api_key*: $[str|secret]|str; +claude; max_tokens: int = 450`,
  },
  "anthropic_claude@v2": {
    summary: "Asks Claude about images.",
    ...ASKED,
    in: `images/image*: $[image]; api_key*: $[str|secret]|str; +claude; +claude_thinking`,
  },
  "anthropic_claude@v3": {
    summary: "Asks Claude about images.",
    ...ASKED,
    in: `images/image*: $[image]; +lm_key; +claude; +claude_thinking`,
  },
  "cog_vlm@v1": {
    summary: "Asked CogVLM about images; the reference has retired it.",
    aliases: ["CogVLM"],
    in: "images/image*: $[image]; prompt*: $[str]|str; json_output_format: map<str> = null",
    out: `parent_id: parent_id; root_parent_id: parent_id; image: image_metadata; structured_output: dict;
      raw_output: str`,
    dynamicOutputs: askedFields,
    batches: ["images"],
    why: "language_model",
  },
  "cosmos3_edge@v1": {
    summary: "Asks NVIDIA Cosmos about images.",
    in: "images/image*: $[image]; prompt: $[str]|str = null",
    out: "output: str|lmo",
    batches: ["images"],
    why: "language_model",
  },
  "glm_ocr@v1": {
    summary: "Reads text with GLM-OCR.",
    in: "images/image*: $[image]; prompt: $[str]|str = null; output_structure: map<str> = null",
    out: "parsed_output: str|lmo",
    batches: ["images"],
    why: "language_model",
  },
  "google_gemini@v1": {
    summary: "Asks Gemini about images.",
    ...ASKED,
    in: `images/image*: $[image]; api_key*: $[str|secret]|str; +lm_asked; model_version: $[str]|str = "gemini-2.5-flash"; max_tokens: int = 450`,
  },
  "google_gemini@v2": {
    summary: "Asks Gemini about images.",
    ...ASKED,
    in: `images/image*: $[image]; api_key*: $[str|secret]|str; +gemini`,
  },
  "google_gemini@v3": {
    summary: "Asks Gemini about images.",
    ...ASKED,
    in: `images/image*: $[image]; +lm_key; +gemini; google_code_execution: $[bool]|bool = false`,
  },
  "google_gemini@v4": {
    summary: "Asks Gemini about images.",
    ...ASKED,
    in: `images/image*: $[image]; +lm_key; +gemini; google_code_execution: $[bool]|bool = false`,
  },
  "google_gemma@v1": {
    summary: "Asks Gemma about images, by OpenRouter.",
    ...ASKED_WITH_KEY,
  },
  "google_gemma@v2": {
    summary: "Asks Gemma about images, by OpenRouter.",
    ...ASKED,
  },
  "kimi_openrouter@v1": {
    summary: "Asks Kimi about images, by OpenRouter.",
    ...ASKED_WITH_KEY,
  },
  "kimi_openrouter@v2": {
    summary: "Asks Kimi about images, by OpenRouter.",
    ...ASKED,
  },
  "llama_3_2_vision@v1": {
    summary: "Asks Llama 3.2 about images, by OpenRouter.",
    in: "images/image*: $[image]; api_key*: $[str]|str; +prompting",
    out: "output: str|lmo; classes: list",
    batches: ["images"],
  },
  "llama_vision@v2": {
    summary: "Asks Llama about images, by OpenRouter.",
    ...ASKED,
  },
  "lmm@v1": {
    summary: "Asks GPT-4V about images.",
    aliases: ["LMM"],
    in: "images/image*: $[image]; prompt*: $[str]|str; lmm_type*: $[str]|{gpt_4v}; json_output: map<str> = null",
    out: `parent_id: parent_id; root_parent_id: parent_id; image: image_metadata; structured_output: dict;
      raw_output: str`,
    dynamicOutputs: askedFields,
    batches: ["images"],
  },
  "lmm_for_classification@v1": {
    summary: "Lets GPT-4V name the class of an image.",
    aliases: ["LMMForClassification"],
    in: "images/image*: $[image]; lmm_type*: $[str]|{gpt_4v}; classes*: list<str>|$[list]",
    out: `raw_output: str; top: top_class; parent_id: parent_id; root_parent_id: parent_id; image: image_metadata;
      prediction_type: pred_type`,
    batches: ["images"],
  },
  "meta_vlm@v1": {
    summary: "Asks Meta Muse about images, by OpenRouter.",
    in: "images/image*: $[image]; +prompting",
    out: "output: str|lmo; classes: list; thinking: str",
    batches: ["images"],
  },
  "open_ai@v1": {
    summary: "Asks a model of OpenAI about images.",
    aliases: ["OpenAI"],
    in: `images/image*: $[image]; prompt*: $[str]|str; openai_api_key*: $[str|secret]|str;
      json_output_format: map<str> = null`,
    out: `parent_id: parent_id; root_parent_id: parent_id; image: image_metadata; structured_output: dict;
      raw_output: str`,
    dynamicOutputs: askedFields,
    batches: ["images"],
  },
  "open_ai@v2": {
    summary: "Asks a model of OpenAI about images.",
    ...ASKED,
    in: `images/image*: $[image]; api_key*: $[str|secret]|str; +gpt; model_version: $[str]|str = "gpt-4o"; max_tokens: int = 450`,
  },
  "open_ai@v3": {
    summary: "Asks a model of OpenAI about images.",
    ...ASKED,
    in: `images/image*: $[image]; +lm_key; +gpt; model_version: $[str]|str = "gpt-5"; max_tokens: int = 450`,
  },
  "open_ai@v4": {
    summary: "Asks a model of OpenAI about images.",
    ...ASKED,
    in: `images/image*: $[image]; +lm_key; +gpt; +gpt_reasoning`,
  },
  "open_ai@v5": {
    summary: "Asks a model of OpenAI about images.",
    ...ASKED,
    in: `images/image*: $[image]; +lm_key; +gpt; +gpt_reasoning`,
  },
  "openai_compatible@v1": {
    summary: "Asks a model behind an interface like OpenAI's.",
    in: `base_url*: $[str]|str; model_name*: $[str]|str; prompt*: $[str]|str; prompt_parameters: map<$[*]|scalar>;
      prompt_parameters_operations: map<operations>; api_key: $[secret|str]|str = null;
      system_prompt: $[str]|str = null; max_tokens: int = 500; temperature: num|$[float] = null;
      extra_body: map<any> = null`,
    out: "output: str|lmo; error_status: str",
    why: "language_model",
  },
  "openrouter@v1": {
    summary: "Asks any model of OpenRouter about images.",
    in: `images/image*: $[image]; model_id*: $[str]|str; +lm_key; +prompting; privacy_level: {allow,deny,zdr} = deny;
      max_tokens: int = 500; temperature: num|$[float] = 0.1; max_concurrent_requests: int = null;
      task_type: lm_task = unconstrained`,
    out: "output: str|lmo; classes: list",
    batches: ["images"],
  },
  "qwen25vl@v1": {
    summary: "Asks Qwen 2.5 VL about images.",
    in: "images/image*: $[image]; prompt: str = null",
    out: "parsed_output: dict",
    batches: ["images"],
    why: "language_model",
  },
  "qwen3_5_openrouter@v1": {
    summary: "Asks Qwen 3.5 about images, by OpenRouter.",
    ...ASKED_WITH_KEY,
  },
  "qwen3_5vl@v1": {
    summary: "Asks Qwen 3.5 VL about images.",
    in: "images/image*: $[image]; prompt: $[str]|str = null",
    out: "parsed_output: dict; thinking: str",
    batches: ["images"],
    why: "language_model",
  },
  "qwen3_5vl@v2": {
    summary: "Asks Qwen 3.5 VL about images.",
    in: "images/image*: $[image]; prompt: str = null",
    out: "parsed_output: dict",
    batches: ["images"],
    why: "language_model",
  },
  "qwen3_6_openrouter@v1": {
    summary: "Asks Qwen 3.6 about images, by OpenRouter.",
    ...ASKED_WITH_KEY,
  },
  "qwen3vl@v1": {
    summary: "Asks Qwen 3 VL about images.",
    in: "images/image*: $[image]; prompt: str = null",
    out: "parsed_output: dict",
    batches: ["images"],
    why: "language_model",
  },
  "qwen_vlm@v1": {
    summary: "Asks Qwen about images, locally or by OpenRouter.",
    in: "images/image*: $[image]; +prompting",
    out: "output: str|lmo; classes: list; thinking: str",
    batches: ["images"],
    why: "language_model",
  },
  "qwen_vlm@v2": {
    summary: "Asks Qwen about images, locally or by OpenRouter.",
    in: "images/image*: $[image]; +prompting",
    out: "output: str|lmo; classes: list; thinking: str",
    batches: ["images"],
    why: "language_model",
  },
  "smolvlm2@v1": {
    summary: "Asks SmolVLM2 about images.",
    in: "images/image*: $[image]; prompt: str = null",
    out: "parsed_output: dict",
    batches: ["images"],
    why: "language_model",
  },
  "spacexai@v1": {
    summary: "Asks Grok about images.",
    ...ASKED,
    in: `images/image*: $[image]; +lm_key; +lm_asked; model_version: $[str]|str = "grok-4.6"; reasoning_effort: $[str]|str = null; max_tokens: int = null`,
  },
};
