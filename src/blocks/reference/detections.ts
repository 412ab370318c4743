import type { ReferenceGroup } from "./notation.ts";
import { taskOfModel } from "./together.ts";

export const DETECTIONS: ReferenceGroup = {
  "bounding_rect@v1": {
    summary: "Finds the smallest rotated rectangle around every mask.",
    in: "predictions*: $[is]",
    out: "detections_with_rect: is",
  },
  "detection_offset@v1": {
    summary: "Grows the boxes of detections.",
    aliases: ["DetectionOffset"],
    in: `predictions*: $[od|is|kp]; offset_width/offset_x*: int1..|$[int]; offset_height/offset_y*: int1..|$[int];
      units: {"Percent (%)",Pixels} = Pixels`,
    out: "predictions: od|is|kp",
    batches: ["predictions"],
  },
  "detections_classes_replacement@v1": {
    summary: "Gives detections the classes that a classification of their crops found.",
    aliases: ["DetectionsClassesReplacement"],
    in: `object_detection_predictions*: $[od|is|kp]; classification_predictions*: $[cls|list|str];
      fallback_class_name: str|$[str] = null; fallback_class_id: int|$[int] = null`,
    out: "predictions: od|is|kp",
    offsets: { object_detection_predictions: 0, classification_predictions: 1 },
    reference: "object_detection_predictions",
    acceptsEmpty: true,
  },
  "detections_combine@v1": {
    summary: "Puts two lists of detections together.",
    in: "prediction_one*: $[od|is]; prediction_two*: $[od|is]",
    out: "predictions: od|is",
  },
  "detections_consensus@v1": {
    summary: "Lets several models vote on detections.",
    aliases: ["DetectionsConsensus"],
    in: `predictions_batches/predictions*: list<$[od|is|kp]>1..; required_votes*: int1..|$[int];
      class_aware: bool|$[bool] = true; iou_threshold: num0..1|$[f01] = 0.3; confidence: num0..1|$[f01] = 0;
      classes_to_consider: list<str>|$[list] = null; required_objects: int1..|map<int1..>|$[int|dict] = null;
      presence_confidence_aggregation: {average,max,min} = max;
      detections_merge_confidence_aggregation: {average,max,min} = average;
      detections_merge_coordinates_aggregation: {average,max,min} = average;
      detections_merge_mask_aggregation: {intersection,union,max,min} = union`,
    out: "predictions: od|is; object_present: bool|dict; presence_confidence: f01|dict",
    batches: ["predictions_batches"],
  },
  "detections_difference@v1": {
    summary: "Tells which objects went, stayed and came between two lists of detections.",
    aliases: ["DetectionsDifference"],
    in: `reference_predictions*: $[od]; candidate_predictions*: $[od]; spatial_weight: num0..1|$[f01] = 0.4;
      class_mismatch_penalty: num|$[float] = 0.15; reject_cost: num|$[float] = 0.75;
      class_strict: bool|$[bool] = false; min_removed_to_verify: int|$[int] = 1`,
    out: `removed_detections: od; persisted_detections: od; new_detections: od; removed_count: int; new_count: int;
      verified: bool`,
  },
  "detections_filter@v1": {
    summary: "Keeps the detections that a condition holds for.",
    aliases: ["DetectionsFilter"],
    in: "predictions*: $[od|is|kp]; operations*: operations; operations_parameters: map<$[*]>",
    out: "predictions: od|is|kp",
    batches: ["predictions"],
    batchesOrScalars: ["operations_parameters"],
  },
  "detections_list_rollup@v1": {
    summary: "Brings detections made on crops back to the image that they were cut from.",
    aliases: ["DetectionsListRollUp"],
    in: `parent_detection*: $[od|is|kp]; child_detections*: $[list];
      confidence_strategy: $[list]|{max,mean,min} = max; overlap_threshold: $[f01]|num = 0;
      keypoint_merge_threshold: $[float]|num = 10`,
    out: "rolled_up_detections: is|od|kp; crop_zones: list",
  },
  "detections_merge@v1": {
    summary: "Makes one detection of all.",
    in: "predictions*: $[od|is|kp]; class_name: str = merged_detection",
    out: "predictions: od",
  },
  "detections_nearest_neighbor@v1": {
    summary: "Finds the nearest other object of every detection.",
    in: `query_predictions*: $[od|is|kp]; target_predictions*: $[od|is|kp];
      query_point: side_or_keypoint|$[str] = CENTER; target_point: side_or_keypoint|$[str] = CENTER;
      query_keypoint_name: str|$[str] = null; target_keypoint_name: str|$[str] = null;
      max_distance: int|$[int] = null`,
    out: "query_predictions: od|is|kp; matched_query_detections: od|is|kp; matched_target_detections: od|is|kp",
  },
  "detections_stitch@v1": {
    summary: "Joins the detections made on tiles of an image.",
    in: `reference_image*: $[image]; predictions*: $[od|is]; overlap_filtering_strategy: {none,nms,nmm}|$[str] = nms;
      iou_threshold: num0..1|$[f01] = 0.3`,
    out: "predictions: od|is",
    offsets: { predictions: 1 },
    reference: "reference_image",
  },
  "detections_transformation@v1": {
    summary: "Changes detections by a chain of operations.",
    aliases: ["DetectionsTransformation"],
    in: "predictions*: $[od|is|kp]; operations*: operations; operations_parameters: map<$[*]>",
    out: "predictions: od|is|kp",
    batches: ["predictions"],
    batchesOrScalars: ["operations_parameters"],
  },
  "distance_measurement@v1": {
    summary: "Measures the gap between objects of two classes.",
    in: `predictions*: $[od|is]; object_1_class_name*: str; object_2_class_name*: str;
      reference_axis*: {horizontal,vertical}; calibration_method*: {"reference object","pixel to centimeter"};
      reference_object_class_name: str|$[str] = reference-object; reference_width: num|$[float] = 2.5;
      reference_height: num|$[float] = 2.5; pixel_ratio: num0!..|$[float] = 100`,
    out: "distance_cm: int; distance_pixel: int",
  },
  "dynamic_zone@v1": {
    summary: "Makes zones of few corners out of masks.",
    aliases: ["DynamicZone"],
    in: `predictions*: $[is]; required_number_of_vertices*: int|$[int]; scale_ratio: num|$[float] = 1;
      apply_least_squares: bool|$[bool] = false; midpoint_fraction: num|$[f01] = 1`,
    out: "zones: list; predictions: is; simplification_converged: bool",
    batches: ["predictions"],
  },
  "geotag_detection@v1": {
    summary: "Tells where detected objects are on the globe, from the pose of the camera.",
    in: `image*: $[image]; predictions*: $[od|is]; latitude*: $[float]|num; longitude*: $[float]|num;
      altitude*: $[float]|num; horizontal_fov: $[float]|num = 73.7; heading: $[float]|num = 0`,
    out: "geo_detections: list; geojson: dict",
  },
  "mask_area_measurement@v1": {
    summary: "Measures the area of masks or boxes.",
    in: "predictions*: $[is|od]; pixels_per_unit: num|$[float] = 1",
    out: "predictions: od|is",
  },
  "overlap@v1": {
    summary: "Keeps the objects that overlap one of a class.",
    in: `predictions*: $[od|is]; overlap_type: {"Center Overlap","Any Overlap"} = "Center Overlap";
      overlap_class_name*: str`,
    out: "overlaps: od",
  },
  "overlap_analysis@v1": {
    summary: "Tells which objects of two lists overlap, and by how much.",
    aliases: ["OverlapAnalysis"],
    in: "reference_predictions*: $[od|is]; candidate_predictions*: $[od|is]; min_overlap: num0..1|$[f01] = 0.1",
    out: "overlaps: detections_overlaps",
  },
  "per_class_confidence_filter@v1": {
    summary: "Keeps detections above a threshold of their class.",
    in: "predictions*: $[od|is|kp]; class_thresholds*: map<num>|$[dict]; default_threshold: num|$[f01] = 0.3",
    out: "predictions: od|is|kp",
    batches: ["predictions"],
  },
  "size_measurement@v1": {
    summary: "Measures objects against one of known size.",
    in: `object_predictions*: $[is|od]; reference_predictions*: list<any>|$[is|od|list];
      reference_dimensions*: str|list<any>2..2|list<num>|$[str|list]`,
    out: "dimensions: list",
  },
  "stitch_ocr_detections@v1": {
    summary: "Reads a text from detected characters in their order.",
    in: `predictions*: $[od]; reading_direction*: reading_direction; tolerance: int|$[int] = 10;
      delimiter: str|$[str] = ""`,
    out: "ocr_text: str",
    batches: ["predictions"],
  },
  "stitch_ocr_detections@v2": {
    summary: "Reads a text from detected characters in their order.",
    in: `stitching_algorithm*: {tolerance,otsu,collimate}; predictions*: $[od]; reading_direction*: reading_direction;
      tolerance: int|$[int] = 10; delimiter: str|$[str] = ""; otsu_threshold_multiplier: num|$[float] = 1;
      collimate_tolerance: int|$[int] = 10`,
    out: "ocr_text: str",
    batches: ["predictions"],
  },
  "vlm_as_classifier@v1": {
    summary: "Reads a classification from the answer of a language model.",
    in: "image*: $[image]; vlm_output*: $[lmo]; classes*: $[list]|list<str>",
    out: "error_status: bool; predictions: cls; inference_id: str",
  },
  "vlm_as_classifier@v2": {
    summary: "Reads a classification from the answer of a language model.",
    in: "image*: $[image]; vlm_output*: $[lmo]; classes*: $[list]|list<str>",
    out: "error_status: bool; predictions: cls; inference_id: inf_id",
  },
  "vlm_as_detector@v1": {
    summary: "Reads detections from the answer of a language model.",
    in: `image*: $[image]; vlm_output*: $[lmo]; classes*: $[list]|list<str>;
      model_type*: {google-gemini,anthropic-claude,florence-2}; task_type*: detection_task`,
    out: "error_status: bool; predictions: od; inference_id: str",
    check: taskOfModel,
  },
  "vlm_as_detector@v2": {
    summary: "Reads detections from the answer of a language model.",
    in: `image*: $[image]; vlm_output*: $[lmo]; classes*: $[list]|list<str>;
      model_type*: {openai,google-gemini,anthropic-claude,spacexai,qwen,muse,florence-2,zai,zai-flash}; task_type*: detection_task`,
    out: "error_status: bool; predictions: od; inference_id: inf_id",
    check: taskOfModel,
  },
};
