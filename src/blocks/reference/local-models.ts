import type { ReferenceGroup } from "./notation.ts";
import { INSTEAD } from "./reasons.ts";

export const LOCAL_MODELS: ReferenceGroup = {
  "clip@v1": {
    summary: "Makes a CLIP embedding of an image or a text.",
    in: "data*: $[image|str]|str; version: clip_version|$[str] = ViT-B-32",
    out: "embedding: embedding",
  },
  "clip_comparison@v1": {
    summary: "Compares an image with texts by CLIP.",
    aliases: ["ClipComparison"],
    in: "images/image*: $[image]; texts/text*: $[list]|list<str>",
    out: "similarity: list; parent_id: parent_id; root_parent_id: parent_id; prediction_type: pred_type",
    batches: ["images"],
  },
  "clip_comparison@v2": {
    summary: "Compares an image with texts by CLIP.",
    in: "images/image*: $[image]; classes*: $[list]|list<str>; version: clip_version|$[str] = ViT-B-16",
    out: `similarities: list; max_similarity: f01; most_similar_class: str; min_similarity: f01;
      least_similar_class: str; classification_predictions: cls; parent_id: parent_id; root_parent_id: parent_id`,
    batches: ["images"],
  },
  "depth_estimation@v1": {
    summary: "Estimates how far everything in an image is.",
    in: `images/image*: $[image];
      model_version: {"depth-anything-v2/small","depth-anything-v3/small","depth-anything-v3/base",yolo26n-depth-768,yolo26s-depth-768,yolo26m-depth-768,yolo26l-depth-768,yolo26x-depth-768}|$[str] = "depth-anything-v3/small"`,
    out: "image: image; normalized_depth: ndarray",
    batches: ["images"],
  },
  "easy_ocr@v1": {
    summary: "Reads text with EasyOCR.",
    aliases: ["EasyOCR"],
    in: `images/image*: $[image];
      language: {English,Japanese,Kannada,Korean,Latin,Telugu,"Simplified Chinese"} = English;
      quantize: bool = false`,
    out: "result: str; predictions: od; parent_id: parent_id; root_parent_id: parent_id; prediction_type: pred_type",
    batches: ["images"],
  },
  "florence_2@v1": {
    summary: "Does one of the tasks of Florence-2.",
    in: `images/image*: $[image]; task_type: florence_task = open-vocabulary-object-detection;
      prompt: $[str]|str = null; classes: $[list]|list<str> = null;
      grounding_detection: list<int>|list<num>|$[od|is|kp]|$[list] = null;
      grounding_selection_mode: {first,last,biggest,smallest,most-confident,least-confident} = first;
      model_version: $[str]|{florence-2-base,florence-2-large} = florence-2-base`,
    out: "raw_output: str|lmo; parsed_output: dict; classes: list",
    batches: ["images"],
    batchesOrScalars: ["grounding_detection"],
  },
  "florence_2@v2": {
    summary: "Does one of the tasks of Florence-2.",
    in: `images/image*: $[image]; task_type: florence_task = open-vocabulary-object-detection;
      prompt: $[str]|str = null; classes: $[list]|list<str> = null;
      grounding_detection: list<int>|list<num>|$[od|is|kp]|$[list] = null;
      grounding_selection_mode: {first,last,biggest,smallest,most-confident,least-confident} = first;
      model_id: $in[rf_model]|str = florence-2-base`,
    out: "raw_output: str|lmo; parsed_output: dict; classes: list",
    batches: ["images"],
    batchesOrScalars: ["grounding_detection"],
  },
  "gaze@v1": {
    summary: "Finds faces and where they look.",
    in: "images/image*: $[image]; do_run_face_detection: bool|$[bool] = true",
    // It says a number alone, and gives a list.
    out: "face_predictions: kp; yaw_degrees: float|list; pitch_degrees: float|list",
    batches: ["images"],
  },
  "moondream2@v1": {
    summary: "Finds what a text describes, with Moondream.",
    in: `images/image*: $[image]; prompt: $[str]|str = null;
      model_version: $[rf_model]|str = "moondream2/moondream2_2b_jul24"`,
    out: "predictions: od",
    batches: ["images"],
  },
  "ocr_model@v1": {
    summary: "Reads text with DocTR.",
    aliases: ["OCRModel"],
    in: "images/image*: $[image]",
    out: "result: str; predictions: od; parent_id: parent_id; root_parent_id: parent_id; prediction_type: pred_type",
    batches: ["images"],
  },
  "perception_encoder@v1": {
    summary: "Makes an embedding of an image or a text with the Perception Encoder.",
    in: "data*: $[image|str]|str; version: {PE-Core-B16-224,PE-Core-L14-336,PE-Core-G14-448}|$[str] = PE-Core-L14-336",
    out: "embedding: embedding",
  },
  "pp_ocr@v1": {
    summary: "Reads text with PaddleOCR.",
    in: `images/image*: $[image]; text_detection: {none,tiny,small,medium} = small;
      text_recognition: {none,tiny,small,medium} = small`,
    out: "result: str; predictions: od; parent_id: parent_id; root_parent_id: parent_id; prediction_type: pred_type",
    batches: ["images"],
  },
  "sam3@v1": {
    summary: "Finds the masks of what texts name, with SAM 3.",
    in: `images/image*: $[image]; model_id: $[rf_model]|str = "sam3/sam3_final";
      class_names: list<str>|str|$[list|str] = null; threshold: $[float]|num = 0.5`,
    out: "predictions: is",
    why: "unsettled",
    instead: INSTEAD.masks,
    batches: ["images", "boxes"],
  },
  "sam3@v2": {
    summary: "Finds the masks of what texts name, with SAM 3.",
    in: `images/image*: $[image]; model_id: $[rf_model]|str = "sam3/sam3_final";
      class_names: list<str>|str|$[list|str] = null; confidence: $[float]|num = 0.5;
      per_class_confidence: list<num>|$[list] = null; apply_nms: $[bool]|bool = true;
      nms_iou_threshold: $[float]|num = 0.9`,
    out: "predictions: is",
    why: "unsettled",
    instead: INSTEAD.masks,
    batches: ["images", "boxes"],
  },
  "sam3@v3": {
    summary: "Finds the masks of what texts name, with SAM 3.",
    in: `images/image*: $[image]; model_id: $[rf_model]|str = "sam3/sam3_final";
      class_names: list<str>|str|$[list|str] = null; class_mapping: map<str>|$[dict] = null;
      confidence: $[float]|num = 0.5; per_class_confidence: list<num>|$[list] = null; apply_nms: $[bool]|bool = true;
      nms_iou_threshold: $[float]|num = 0.9; output_format: {rle,polygons} = rle`,
    out: "predictions: rle|is",
    why: "unsettled",
    instead: INSTEAD.masks,
    batches: ["images", "boxes"],
  },
  "sam3_interactive@v1": {
    summary: "Finds masks from points and boxes, with SAM 3.",
    in: `images/image*: $[image]; points: list<any>|$[labeled_points] = null; boxes: $[od|is|kp] = null;
      threshold: $[float]|num = 0; multimask_output: bool|$[bool] = true`,
    out: "predictions: is",
    why: "unsettled",
    instead: INSTEAD.masks,
    batches: ["images", "boxes"],
  },
  "sam3_video@v1": {
    summary: "Follows masks through a video, with SAM 3.",
    in: `images/image*: $[image]; tracking_mode: {concept,visual} = concept;
      class_names: list<str>|str|$[list|str] = null; points: list<any>|$[labeled_points] = null;
      boxes: $[od|is|kp] = null; model_id: $[rf_model]|str = sam3video;
      visual_model_id: $[rf_model]|str = sam3trackervideo;
      prompt_mode: {first_frame,every_n_frames,every_frame} = first_frame; prompt_interval: int|$[int] = 30;
      threshold: $[float]|num = 0.5`,
    out: "predictions: is",
    why: "memory",
    instead: INSTEAD.masks,
    batches: ["images", "boxes"],
  },
  "segment_anything@v1": {
    summary: "Finds the masks of boxes or of everything, with SAM 2.",
    in: `images/image*: $[image]; boxes: $[od|is|kp] = null;
      version: $[str]|{hiera_large,hiera_small,hiera_tiny,hiera_b_plus} = hiera_tiny; threshold: $[float]|num = 0;
      multimask_output: bool|$[bool] = true`,
    out: "predictions: is",
    batches: ["images", "boxes"],
  },
  "segment_anything_2_video@v1": {
    summary: "Follows masks through a video, with SAM 2.",
    in: `images/image*: $[image]; boxes: $[od|is|kp] = null; model_id: $[rf_model]|str = "sam2video/small";
      prompt_mode: {first_frame,every_n_frames,every_frame} = first_frame; prompt_interval: int|$[int] = 30;
      threshold: $[float]|num = 0`,
    out: "predictions: is",
    why: "memory",
    instead: INSTEAD.masks,
    batches: ["images", "boxes"],
  },
  "yolo_world_model@v1": {
    summary: "Finds objects by the names of their classes, with YOLO-World.",
    aliases: ["YoloWorldModel", "YoloWorld"],
    in: `images/image*: $[image]; class_names*: $[list]|list<str>;
      version: {v2-s,v2-m,v2-l,v2-x,s,m,l,x}|$[str] = v2-s; confidence: num0..1|$[f01] = 0.005`,
    out: "predictions: od",
    batches: ["images"],
  },
};
