import type { ReferenceGroup } from "./notation.ts";

export const CLOUD: ReferenceGroup = {
  "asset_library_attributes@v1": {
    summary: "Sets attributes and tags of images kept at Roboflow.",
    in: "source_id*: str|$[str]; disable_sink: bool|$[bool] = false",
    out: "error_status: bool; message: str",
    batches: ["source_id"],
    batchesOrScalars: ["metadata", "tags"],
    sink: true,
  },
  "model_monitoring_inference_aggregator@v1": {
    summary: "Reports predictions to Roboflow's monitoring, summed up.",
    in: `predictions*: $[od|is|kp|cls]; model_id*: $[rf_model]; unique_aggregator_key*: str;
      fire_and_forget: bool|$[bool] = true`,
    out: "error_status: bool; message: str",
    sink: true,
  },
  "roboflow_custom_metadata@v1": {
    summary: "Adds data to predictions in Roboflow's monitoring.",
    aliases: ["RoboflowCustomMetadata"],
    in: `predictions*: $[od|is|kp|cls]; field_name*: str; field_value*: str|$[str];
      fire_and_forget: bool|$[bool] = true`,
    out: "error_status: bool; message: str",
    sink: true,
  },
  "roboflow_dataset_upload@v1": {
    summary: "Adds images and predictions to a dataset at Roboflow.",
    aliases: ["RoboflowDatasetUpload"],
    in: `images/image*: $[image]; target_project*: $[rf_project]|str; usage_quota_name*: str;
      predictions: $[od|is|kp|cls] = null; +switches; image_name: str|$[str] = null`,
    out: "error_status: bool; message: str",
    batches: ["images", "predictions", "image_name"],
    sink: true,
  },
  "roboflow_dataset_upload@v2": {
    summary: "Adds images and predictions to a dataset at Roboflow.",
    in: `images/image*: $[image]; target_project*: $[rf_project]|str; usage_quota_name*: str;
      predictions: $[od|is|kp|cls] = null; +switches; image_name: str|$[str] = null; metadata: map<$[*]|scalar>`,
    out: "error_status: bool; message: str",
    batches: ["images", "predictions", "image_name"],
    sink: true,
  },
  "roboflow_vision_events@v1": {
    summary: "Reports events to Roboflow.",
    in: "solution*: str|$[roboflow_solution|str]; +vision_event",
    out: "error_status: bool; throttling_status: bool; event_id: str; message: str",
    sink: true,
  },
  "seg-preview@v1": {
    summary: "Finds the masks of what texts name, with a model that Roboflow hosts.",
    in: "images/image*: $[image]",
    out: "predictions: is",
    batches: ["images"],
  },
  "visual_search@v1": {
    summary: "Finds the most similar images of a project at Roboflow.",
    in: "image*: $[image]; workspace*: $[str]|str; target_project*: $[rf_project]|str",
    out: `candidate_found: bool; best_candidate: dict; candidates: list; error_status: bool; message: str;
      best_candidate_image: image; best_candidate_metadata: dict; best_candidate_tags: list`,
    batches: ["image"],
  },
  "visual_search_classifier@v1": {
    summary: "Names an image after the most similar one of a project at Roboflow.",
    in: "image*: $[image]; target_project*: $[rf_project]|str",
    out: `predictions: cls; inference_id: inf_id; candidate_found: bool; class_found: bool; best_candidate: dict;
      candidates: list; best_candidate_image: image; visual_search_score: float; error_status: bool; message: str`,
    batches: ["image"],
  },
  "google_vision_ocr@v1": {
    summary: "Reads text with Google Vision.",
    in: `image*: $[image]; ocr_type*: {text_detection,ocr_text_detection}; language_hints: list<str> = null;
      api_key: $[ROBOFLOW_MANAGED_KEY|secret|str]|str = "rf_key:account"`,
    out: "text: str; language: str; predictions: od",
    why: "service",
  },
  "stability_ai_image_gen@v1": {
    summary: "Makes an image from a text, at Stability AI.",
    in: `prompt*: $[str]|str; negative_prompt: $[str]|str = null; model: $[str]|str = core; api_key*: $[str|secret]|str;
      image: $[image] = null; strength: num|$[f01] = 0.3`,
    out: "image: image",
    why: "service",
  },
  "stability_ai_inpainting@v1": {
    summary: "Paints over masks of an image, at Stability AI.",
    in: `image*: $[image]; segmentation_mask*: $[is]; prompt*: $[str]|str; api_key*: $[str|secret]|str;
      negative_prompt: $[str]|str = null; invert_segmentation_mask: bool|$[bool] = false; preset: str = null;
      seed: int|$[int] = null`,
    out: "image: image",
    why: "service",
  },
  "stability_ai_outpainting@v1": {
    summary: "Paints an image beyond its borders, at Stability AI.",
    in: `image*: $[image]; api_key*: $[str|secret]|str; prompt: $[str]|str = null; creativity: num|$[f01] = 0.5;
      left: int|$[int] = null; right: int|$[int] = null; up: int|$[int] = null; down: int|$[int] = null;
      preset: str = null; seed: int|$[int] = null`,
    out: "image: image",
    why: "service",
  },
};
