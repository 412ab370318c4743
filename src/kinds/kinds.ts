import type { Detections } from "./detections.ts";
import type { Image } from "./image.ts";
import type { VideoMetadata } from "./video-metadata.ts";

/** Every kind of the language with the type of the values that flow under its name. */
export interface Kinds {
  "*": unknown;
  image: Image;
  video_metadata: VideoMetadata;
  object_detection_prediction: Detections;
  instance_segmentation_prediction: Detections;
  rle_instance_segmentation_prediction: Detections;
  semantic_segmentation_prediction: Detections;
  keypoint_detection_prediction: Detections;
  qr_code_detection: Detections;
  bar_code_detection: Detections;
  detection: unknown;
  classification_prediction: Record<string, unknown>;
  action_recognition_prediction: unknown;
  detections_overlaps: unknown[];
  boolean: boolean;
  integer: number;
  float: number;
  float_zero_to_one: number;
  string: string;
  dictionary: Record<string, unknown>;
  list_of_values: unknown[];
  top_class: string | string[];
  prediction_type: string;
  parent_id: string;
  inference_id: string;
  language_model_output: string;
  roboflow_model_id: string;
  roboflow_project: string;
  roboflow_solution: string;
  roboflow_api_key: string;
  ROBOFLOW_MANAGED_KEY: string;
  secret: string;
  timestamp: Date;
  bytes: Uint8Array;
  rgb_color: string | number[];
  zone: number[][] | number[][][];
  point: number[];
  labeled_points: unknown[];
  contours: unknown[];
  numpy_array: unknown;
  tensor: unknown;
  embedding: number[] | Float32Array;
  image_keypoints: unknown;
  image_metadata: Record<string, unknown>;
  serialised_payloads: unknown;
}

export type KindName = keyof Kinds;

const NAMES: Record<KindName, true> = {
  "*": true,
  image: true,
  video_metadata: true,
  object_detection_prediction: true,
  instance_segmentation_prediction: true,
  rle_instance_segmentation_prediction: true,
  semantic_segmentation_prediction: true,
  keypoint_detection_prediction: true,
  qr_code_detection: true,
  bar_code_detection: true,
  detection: true,
  classification_prediction: true,
  action_recognition_prediction: true,
  detections_overlaps: true,
  boolean: true,
  integer: true,
  float: true,
  float_zero_to_one: true,
  string: true,
  dictionary: true,
  list_of_values: true,
  top_class: true,
  prediction_type: true,
  parent_id: true,
  inference_id: true,
  language_model_output: true,
  roboflow_model_id: true,
  roboflow_project: true,
  roboflow_solution: true,
  roboflow_api_key: true,
  ROBOFLOW_MANAGED_KEY: true,
  secret: true,
  timestamp: true,
  bytes: true,
  rgb_color: true,
  zone: true,
  point: true,
  labeled_points: true,
  contours: true,
  numpy_array: true,
  tensor: true,
  embedding: true,
  image_keypoints: true,
  image_metadata: true,
  serialised_payloads: true,
};

export const KIND_NAMES = Object.keys(NAMES) as readonly KindName[];

/** Kinds whose values are `Detections`. */
export const DETECTION_KINDS: readonly string[] = [
  "object_detection_prediction",
  "instance_segmentation_prediction",
  "rle_instance_segmentation_prediction",
  "semantic_segmentation_prediction",
  "keypoint_detection_prediction",
  "qr_code_detection",
  "bar_code_detection",
];
