import { PALETTE_NAMES } from "../../drawing/palette.ts";
import type { KindName } from "../../kinds/kinds.ts";

/** Short names of kinds; every other kind goes by its own name. */
export const KIND_WORDS: Readonly<Record<string, KindName>> = {
  od: "object_detection_prediction",
  is: "instance_segmentation_prediction",
  kp: "keypoint_detection_prediction",
  rle: "rle_instance_segmentation_prediction",
  sem: "semantic_segmentation_prediction",
  cls: "classification_prediction",
  barcode: "bar_code_detection",
  qr: "qr_code_detection",
  lmo: "language_model_output",
  rf_model: "roboflow_model_id",
  rf_project: "roboflow_project",
  f01: "float_zero_to_one",
  str: "string",
  int: "integer",
  bool: "boolean",
  dict: "dictionary",
  list: "list_of_values",
  rgb: "rgb_color",
  inf_id: "inference_id",
  pred_type: "prediction_type",
  img_kp: "image_keypoints",
  ndarray: "numpy_array",
  video_meta: "video_metadata",
};

const SIDES = "CENTER,CENTER_LEFT,CENTER_RIGHT,TOP_CENTER,TOP_LEFT,TOP_RIGHT,BOTTOM_LEFT,BOTTOM_CENTER,BOTTOM_RIGHT";

/** Types that many properties have, written out. */
export const TYPE_WORDS: Readonly<Record<string, string>> = {
  scalar: "str|int|num|bool",
  json: "str|num|bool|int|dict|list<any>",
  side: `{${SIDES}}`,
  side_or_mass: `{${SIDES},CENTER_OF_MASS}`,
  side_or_keypoint: `{${SIDES},KEYPOINT}`,
  label:
    '{Class,Confidence,"Class and Confidence",Index,Dimensions,Area,"Area (mask)","Area (converted)","Tracker Id","Time In Zone"}',
  palette_name: `{${PALETTE_NAMES.map((name) => `"${name}"`).join(",")}}`,
  reading_direction: "{left_to_right,right_to_left,vertical_top_to_bottom,vertical_bottom_to_top,auto}",
  event: "{quality_check,inventory_count,safety_alert,custom,operator_feedback}",
  florence_task: "{open-vocabulary-object-detection,ocr,ocr-with-text-detection,caption,detailed-caption,...}",
  detection_task:
    "{object-detection,open-vocabulary-object-detection,region-proposal,object-detection-and-caption,ocr-with-text-detection,phrase-grounded-object-detection}",
  lm_task:
    "{unconstrained,ocr,structured-answering,classification,multi-label-classification,visual-question-answering,caption,detailed-caption,object-detection}",
  segmenting_task: "lm_task|{instance-segmentation}",
  clip_version: "{RN101,RN50,RN50x16,RN50x4,RN50x64,ViT-B-16,ViT-B-32,ViT-L-14-336px,ViT-L-14}",
};

/** Properties that many blocks have: an item `+name` adds them. */
export const PROPERTY_WORDS: Readonly<Record<string, string>> = {
  copy: "copy_image: bool|$[bool] = true",
  palette: `+copy; color_palette: palette_name|$[str] = DEFAULT; palette_size: int|$[int] = 10;
    custom_colors: list<str>|$[list] = []; color_axis: {INDEX,CLASS,TRACK}|$[str] = CLASS`,
  boxes: "image/images*: $[image]; predictions*: $[od|is|kp|rle]",
  masks: "image/images*: $[image]; predictions*: $[is|rle]",
  text: `text_padding: int|$[int] = 10; border_radius: int|$[int] = 0`,
  text_style: "text_color: str|$[str] = WHITE; text_scale: num|$[float] = 1; text_thickness: int|$[int] = 1; +text",

  model: "images/image*: $[image]; model_id*: $[rf_model]|str",
  confidence: "confidence: num0..1|$[f01] = 0.4",
  own_confidence: "confidence_mode: {default,custom}|$[str] = default; custom_confidence: num0..1|$[f01] = 0.4",
  best_confidence: "confidence_mode: {best,default,custom}|$[str] = best; custom_confidence: num0..1|$[f01] = 0.4",
  nms: `class_filter: list<str>|$[list] = null; iou_threshold: num0..1|$[f01] = 0.3;
    max_detections: int1..|$[int] = 300; class_agnostic_nms: bool|$[bool] = false; max_candidates: int1..|$[int] = 3000`,
  mask_decoding: `mask_decode_mode: {accurate,tradeoff,fast}|$[str] = accurate;
    tradeoff_factor: num0..1|$[f01] = 0`,
  dense_masks: "enforce_dense_masks_in_inference_models: bool|$[bool] = true",
  learning: `disable_active_learning: bool|$[bool] = true;
    active_learning_target_dataset: $[rf_project]|str = null`,
  prompting: `prompt: $[str]|str = null; output_structure: map<str> = null; classes: $[list]|list<str> = null`,

  lm_asked: `+prompting; task_type: lm_task = unconstrained; temperature: num|$[float] = null;
    max_concurrent_requests: int = null`,
  lm_key: `api_key: $[ROBOFLOW_MANAGED_KEY|secret|str]|str = "rf_key:account"`,
  claude: `+lm_asked; model_version: $[str]|str = "claude-sonnet-4-5"; max_image_size: $[int]|int = 1024`,
  claude_thinking: "extended_thinking: bool = null; thinking_budget_tokens: int = null; max_tokens: int = null",
  gemini: `+lm_asked; model_version: $[str]|str = "gemini-3.1-pro-preview"; thinking_level: $[str]|str = null;
    max_tokens: int = null`,
  gpt: `+lm_asked; image_detail: $[str]|{auto,high,low} = auto`,
  routed: `+prompting; task_type: lm_task = unconstrained; max_concurrent_requests: int = null`,
  routed_steady: `+routed; max_tokens: int = 500; temperature: num|$[float] = 0.1`,
  routed_long: `+routed; max_tokens: int = 2048; temperature: num|$[float] = 0.1; +effort`,
  routed_free: `+routed; max_tokens: int = 2048; temperature: num|$[float] = null`,
  privacy: "+lm_key; privacy_level: {allow,deny,zdr} = deny",
  effort: "reasoning_effort: $[str]|{high,low,max,medium,minimal,none,xhigh} = null",
  native_qwen: `+privacy; backend: {native,openrouter} = native; model_version: $[str]|str = "Qwen 3.5 VL 2B";
    fine_tuned_model_id: $[rf_model|str]|str = null; enable_thinking: bool = false`,
  qwen_effort: `+routed_free; openrouter_model_version: $[str]|str = "Qwen 3.7 Plus";
    reasoning_effort: {high,low,medium,none} = none`,
  muse: "+privacy; +routed_free; reasoning_effort: {high,low,medium,minimal,xhigh} = low",
  lmm_config:
    'lmm_config: dict = {"max_tokens":450,"gpt_image_detail":"auto","gpt_model_version":"gpt-4o"}; remote_api_key: $[str|secret]|str = null',
  gpt_reasoning: `model_version: $[str]|str = "gpt-5.1"; reasoning_effort: $[str]|str = null; max_tokens: int = null`,

  message: `message*: str; message_parameters: map<$[*]|scalar>; message_parameters_operations: map<operations>`,
  recipients: `receiver_email*: str|list<str>|$[str|list]; cc_receiver_email: str|list<str>|$[str|list] = null;
    bcc_receiver_email: str|list<str>|$[str|list] = null`,
  switches: "fire_and_forget: bool|$[bool] = true; disable_sink: bool|$[bool] = false",
  sending: "+switches; cooldown_seconds: int|$[int] = 5",
  sending_apart: "+switches; cooldown_seconds: int0..|$[int] = 5",
  file: `content*: $[str]; file_type: {csv,json,txt} = csv; output_mode*: {append_log,separate_files};
    file_name_prefix: $[str]|str = workflow_output; max_entries_per_file: int1..|$[str] = 1024`,
  event_details: `external_id: $[str]|str = null; qc_result: $[str]|{pass,fail} = null; location: $[str]|str = null;
    item_count: $[int]|int = null; item_type: $[str]|str = null; alert_type: $[str]|str = null;
    severity: $[str]|{low,medium,high} = null; alert_description: $[str]|str = null; custom_value: $[str]|str = null`,
  vision_event: `input_image: $[image] = null; output_image: $[image] = null; predictions: $[od|is|kp|cls] = null;
    event_type*: event|$[str]; +event_details; related_event_id: $[str]|str = null;
    feedback: $[str]|{correct,incorrect,inconclusive} = null; custom_metadata: map<$[*]|scalar>; +switches;
    cooldown_seconds: int0..|num0..|$[int|float] = 1`,
  plc: `ip_address: str|$in[str] = 127.0.0.1; connection_mode: {relay,ethernet_ip,modbus} = relay;
    relay_port: int|$in[int] = 8007; request_timeout: int|$in[int] = 10; processor_slot: int|$in[int] = 0;
    modbus_port: int|$in[int] = 502; modbus_unit_id: int|$in[int] = 1`,
};
