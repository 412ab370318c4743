import { askedFields } from "./dynamic-outputs.ts";
import type { ReferenceGroup } from "./notation.ts";
import { INSTEAD } from "./reasons.ts";

const ASKED = { in: "images/image*: $[image]; +prompting", out: "output: str|lmo; classes: list", batches: ["images"] };
const TOKENS = `${ASKED.out}; input_tokens: int; output_tokens: int`;
const THINKING = `${ASKED.out}; thinking: str`;
const THINKING_TOKENS = `${THINKING}; input_tokens: int; output_tokens: int`;
const READ = "predictions: od|cls; error_status: bool; inference_id: inf_id";
const SEGMENTED = "predictions: od|rle|is|cls; error_status: bool; inference_id: inf_id";
const IMAGES = "images/image*: $[image]";
const KEY = "api_key*: $[str|secret]|str";

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
    in: `${IMAGES}; +lm_key; +claude; +claude_thinking`,
  },
  "anthropic_claude@v4": {
    summary: "Asks Claude about images.",
    ...ASKED,
    in: `${IMAGES}; +lm_key; +claude; +claude_thinking`,
    out: TOKENS,
  },
  "anthropic_claude@v5": {
    summary: "Asks Claude about images.",
    ...ASKED,
    in: `${IMAGES}; +lm_key; +claude; +claude_thinking`,
    out: `${TOKENS}; ${READ}`,
  },
  "cog_vlm@v1": {
    summary: "Asked CogVLM about images; the reference has retired it.",
    aliases: ["CogVLM"],
    in: "images/image*: $[image]; prompt*: $[str]|str; json_output_format: map<str> = null",
    out: `parent_id: parent_id; root_parent_id: parent_id; image: image_metadata; structured_output: dict;
      raw_output: str`,
    dynamicOutputs: askedFields,
    batches: ["images"],
    why: "retired",
  },
  "cosmos3_edge@v1": {
    summary: "Asks NVIDIA Cosmos about images.",
    in: "images/image*: $[image]; prompt: $[str]|str = null",
    out: "output: str|lmo",
    batches: ["images"],
    why: "language_model",
    instead: INSTEAD.server,
  },
  "glm_ocr@v1": {
    summary: "Reads text with GLM-OCR.",
    in: "images/image*: $[image]; prompt: $[str]|str = null; output_structure: map<str> = null",
    out: "parsed_output: str|lmo",
    batches: ["images"],
    why: "language_model",
    instead: INSTEAD.server,
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
    in: `${IMAGES}; +lm_key; +gemini; google_code_execution: $[bool]|bool = false`,
  },
  "google_gemini@v5": {
    summary: "Asks Gemini about images.",
    ...ASKED,
    in: `${IMAGES}; +lm_key; +gemini; google_code_execution: $[bool]|bool = false`,
    out: TOKENS,
  },
  "google_gemini@v6": {
    summary: "Asks Gemini about images.",
    ...ASKED,
    in: `${IMAGES}; +lm_key; +gemini; google_code_execution: $[bool]|bool = false; task_type: segmenting_task = unconstrained`,
    out: `${TOKENS}; ${SEGMENTED}`,
  },
  "google_gemma@v1": {
    summary: "Asks Gemma about images, by OpenRouter.",
    ...ASKED,
    in: `${IMAGES}; ${KEY}; +routed_steady; model_version: $[str]|str = "Gemma 4 31B - OpenRouter"`,
  },
  "google_gemma@v2": {
    summary: "Asks Gemma about images, by OpenRouter.",
    ...ASKED,
    in: `${IMAGES}; +privacy; +routed_steady; model_version: $[str]|str = "Gemma 4 31B - OpenRouter"`,
  },
  "google_gemma@v3": {
    summary: "Asks Gemma about images, by OpenRouter.",
    ...ASKED,
    in: `${IMAGES}; +privacy; +routed_long; model_version: $[str]|str = "Gemma 4 31B - OpenRouter"`,
    out: TOKENS,
  },
  "google_gemma@v4": {
    summary: "Asks Gemma about images, by OpenRouter.",
    ...ASKED,
    in: `${IMAGES}; +privacy; +routed_long; model_version: $[str]|str = "Gemma 4 31B - OpenRouter"`,
    out: `${TOKENS}; ${READ}`,
  },
  "kimi_openrouter@v1": {
    summary: "Asks Kimi about images, by OpenRouter.",
    ...ASKED,
    in: `${IMAGES}; ${KEY}; +routed_steady; model_version: $[str]|str = "Kimi K2.6 - OpenRouter"`,
  },
  "kimi_openrouter@v2": {
    summary: "Asks Kimi about images, by OpenRouter.",
    ...ASKED,
    in: `${IMAGES}; +privacy; +routed_steady; model_version: $[str]|str = "Kimi K2.6 - OpenRouter"`,
  },
  "kimi_openrouter@v3": {
    summary: "Asks Kimi about images, by OpenRouter.",
    ...ASKED,
    in: `${IMAGES}; +privacy; +routed_steady; model_version: $[str]|str = "Kimi K2.6 - OpenRouter"`,
    out: `${ASKED.out}; ${READ}`,
  },
  "llama_3_2_vision@v1": {
    summary: "Asks Llama 3.2 about images, by OpenRouter.",
    ...ASKED,
    in: `${IMAGES}; api_key*: $[str]|str; +routed_steady; model_version: $[str]|str = "11B (Free) - OpenRouter"`,
  },
  "llama_vision@v2": {
    summary: "Asks Llama about images, by OpenRouter.",
    ...ASKED,
    in: `${IMAGES}; +privacy; +routed_steady; model_version: $[str]|str = "11B - OpenRouter"`,
  },
  "lmm@v1": {
    summary: "Asks GPT-4V about images.",
    aliases: ["LMM"],
    in: "images/image*: $[image]; prompt*: $[str]|str; lmm_type*: $[str]|{gpt_4v}; +lmm_config; json_output: map<str> = null",
    out: `parent_id: parent_id; root_parent_id: parent_id; image: image_metadata; structured_output: dict;
      raw_output: str`,
    dynamicOutputs: askedFields,
    batches: ["images"],
  },
  "lmm_for_classification@v1": {
    summary: "Lets GPT-4V name the class of an image.",
    aliases: ["LMMForClassification"],
    in: "images/image*: $[image]; lmm_type*: $[str]|{gpt_4v}; classes*: list<str>|$[list]; +lmm_config",
    out: `raw_output: str; top: top_class; parent_id: parent_id; root_parent_id: parent_id; image: image_metadata;
      prediction_type: pred_type`,
    batches: ["images"],
  },
  "meta_vlm@v1": {
    summary: "Asks Meta Muse about images, by OpenRouter.",
    ...ASKED,
    in: `${IMAGES}; +muse; model_version: $[str]|str = "Muse Spark 1.2"`,
    out: THINKING,
  },
  "meta_vlm@v2": {
    summary: "Asks Meta Muse about images, by OpenRouter.",
    ...ASKED,
    in: `${IMAGES}; +muse; model_version: $[str]|str = "Muse Spark 1.3"`,
    out: THINKING_TOKENS,
  },
  "meta_vlm@v3": {
    summary: "Asks Meta Muse about images, by OpenRouter.",
    ...ASKED,
    in: `${IMAGES}; +muse; model_version: $[str]|str = "Muse Wonder"`,
    out: `${THINKING_TOKENS}; ${READ}`,
  },
  "mistral_vlm@v1": {
    summary: "Asks Mistral about images, by OpenRouter.",
    ...ASKED,
    in: `${IMAGES}; +privacy; +lm_asked; max_tokens: int = null; model_version: $[str]|str = "Mistral Large 4"; reasoning_effort: {high,none} = none`,
    out: `${THINKING_TOKENS}; ${READ}`,
  },
  "open_ai@v1": {
    summary: "Asks a model of OpenAI about images.",
    aliases: ["OpenAI"],
    in: `images/image*: $[image]; prompt*: $[str]|str; openai_api_key*: $[str|secret]|str;
      openai_model: $[str]|str = "gpt-4o"; json_output_format: map<str> = null; image_detail: $[str]|{auto,high,low} = auto;
      max_tokens: int = 450`,
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
    in: `${IMAGES}; +lm_key; +gpt; +gpt_reasoning`,
  },
  "open_ai@v6": {
    summary: "Asks a model of OpenAI about images.",
    ...ASKED,
    in: `${IMAGES}; +lm_key; +gpt; +gpt_reasoning`,
    out: TOKENS,
  },
  "open_ai@v7": {
    summary: "Asks a model of OpenAI about images.",
    ...ASKED,
    in: `${IMAGES}; +lm_key; +gpt; +gpt_reasoning; task_type: segmenting_task = unconstrained; output_classes: $[list]|list<str> = null; service_tier: $[str]|{auto,default,flex,priority,ultrafast} = null`,
    out: `${TOKENS}; ${SEGMENTED}`,
  },
  "openai_compatible@v1": {
    summary: "Asks a model behind an interface like OpenAI's.",
    in: `base_url*: $[str]|str; model_name*: $[str]|str; prompt*: $[str]|str; prompt_parameters: map<$[*]|scalar>;
      prompt_parameters_operations: map<operations>; api_key: $[secret|str]|str = null;
      system_prompt: $[str]|str = null; max_tokens: int = 500; temperature: num|$[float] = null;
      extra_body: map<any> = null`,
    out: "output: str|lmo; error_status: str",
    why: "language_model",
    instead: INSTEAD.server,
  },
  "openrouter@v1": {
    summary: "Asks any model of OpenRouter about images.",
    ...ASKED,
    in: `${IMAGES}; model_id*: $[str]|str; +privacy; +routed_steady`,
  },
  "openrouter@v2": {
    summary: "Asks any model of OpenRouter about images.",
    ...ASKED,
    in: `${IMAGES}; model_id*: $[str]|str; +privacy; +routed_long`,
    out: THINKING_TOKENS,
  },
  "openrouter@v3": {
    summary: "Asks any model of OpenRouter about images.",
    ...ASKED,
    in: `${IMAGES}; model_id*: $[str]|str; +privacy; +routed_long; detection_format: $[str]|{named_0_1000,named_normalized,xyxy_0_1000,xyxy_0_999,xyxy_absolute,xyxy_percent,yxyx_0_1000} = named_normalized`,
    out: `${THINKING_TOKENS}; ${READ}`,
  },
  "qwen25vl@v1": {
    summary: "Asks Qwen 2.5 VL about images.",
    in: "images/image*: $[image]; prompt: str = null",
    out: "parsed_output: dict",
    batches: ["images"],
    why: "language_model",
    instead: INSTEAD.server,
  },
  "qwen3_5_openrouter@v1": {
    summary: "Asks Qwen 3.5 about images, by OpenRouter.",
    ...ASKED,
    in: `${IMAGES}; ${KEY}; +routed_steady; model_version: $[str]|str = "Qwen 3.5 27B - OpenRouter"`,
  },
  "qwen3_5vl@v1": {
    summary: "Asks Qwen 3.5 VL about images.",
    in: "images/image*: $[image]; prompt: $[str]|str = null",
    out: "parsed_output: dict; thinking: str",
    batches: ["images"],
    why: "language_model",
    instead: INSTEAD.server,
  },
  "qwen3_5vl@v2": {
    summary: "Asks Qwen 3.5 VL about images.",
    in: "images/image*: $[image]; prompt: str = null",
    out: "parsed_output: dict",
    batches: ["images"],
    why: "language_model",
    instead: INSTEAD.server,
  },
  "qwen3_6_openrouter@v1": {
    summary: "Asks Qwen 3.6 about images, by OpenRouter.",
    ...ASKED,
    in: `${IMAGES}; ${KEY}; +routed_steady; model_version: $[str]|str = "Qwen 3.6 35B A3B - OpenRouter"`,
  },
  "qwen3vl@v1": {
    summary: "Asks Qwen 3 VL about images.",
    in: "images/image*: $[image]; prompt: str = null",
    out: "parsed_output: dict",
    batches: ["images"],
    why: "language_model",
    instead: INSTEAD.server,
  },
  "qwen_vlm@v1": {
    summary: "Asks Qwen about images, locally or by OpenRouter.",
    ...ASKED,
    in: `${IMAGES}; +native_qwen; +routed_steady; openrouter_model_version: $[str]|str = "Qwen 3.6 27B"`,
    out: THINKING,
  },
  "qwen_vlm@v2": {
    summary: "Asks Qwen about images, locally or by OpenRouter.",
    ...ASKED,
    in: `${IMAGES}; +native_qwen; +qwen_effort`,
    out: THINKING,
  },
  "qwen_vlm@v3": {
    summary: "Asks Qwen about images, locally or by OpenRouter.",
    ...ASKED,
    in: `${IMAGES}; +native_qwen; +qwen_effort`,
    out: THINKING_TOKENS,
  },
  "qwen_vlm@v4": {
    summary: "Asks Qwen about images, locally or by OpenRouter.",
    ...ASKED,
    in: `${IMAGES}; +native_qwen; +qwen_effort`,
    out: `${THINKING_TOKENS}; ${READ}`,
  },
  "smolvlm2@v1": {
    summary: "Asks SmolVLM2 about images.",
    in: "images/image*: $[image]; prompt: str = null",
    out: "parsed_output: dict",
    batches: ["images"],
    why: "language_model",
    instead: INSTEAD.server,
  },
  "spacexai@v1": {
    summary: "Asks Grok about images.",
    ...ASKED,
    in: `${IMAGES}; +lm_key; +lm_asked; model_version: $[str]|str = "grok-4.6"; reasoning_effort: $[str]|str = null; max_tokens: int = null`,
  },
  "spacexai@v2": {
    summary: "Asks Grok about images.",
    ...ASKED,
    in: `${IMAGES}; +lm_key; +lm_asked; model_version: $[str]|str = "grok-4.6"; reasoning_effort: $[str]|str = null; max_tokens: int = null`,
    out: TOKENS,
  },
  "spacexai@v3": {
    summary: "Asks Grok about images.",
    ...ASKED,
    in: `${IMAGES}; +lm_key; +lm_asked; model_version: $[str]|str = "grok-4.6"; reasoning_effort: $[str]|str = null; max_tokens: int = null`,
    out: `${TOKENS}; ${READ}`,
  },
  "zai_vlm@v1": {
    summary: "Asks GLM about images, by OpenRouter.",
    ...ASKED,
    in: `${IMAGES}; +privacy; +routed_free; model_version: $[str]|str = "GLM 5V Turbo"; reasoning_effort: {high,low,medium,none} = none`,
    out: THINKING_TOKENS,
  },
  "zai_vlm@v2": {
    summary: "Asks GLM about images, by OpenRouter.",
    ...ASKED,
    in: `${IMAGES}; +privacy; +routed_free; model_version: $[str]|str = "GLM 5V Turbo"; reasoning_effort: {high,low,medium,none} = none`,
    out: `${THINKING_TOKENS}; ${READ}`,
  },
};
