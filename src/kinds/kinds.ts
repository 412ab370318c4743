import type { Detections } from "./detections.ts";
import type { Image } from "./image.ts";
import type { VideoMetadata } from "./video-metadata.ts";

/** Every kind of the language with the type of the values that flow under its name. */
export interface Kinds {
  /** Any value. */
  "*": unknown;
  /** A picture, or the frame of a camera. */
  image: Image;
  /** What a frame says of its video. */
  video_metadata: VideoMetadata;
  /** Boxes of objects. */
  object_detection_prediction: Detections;
  /** Boxes with masks. */
  instance_segmentation_prediction: Detections;
  /** Boxes with masks, written as run lengths. */
  rle_instance_segmentation_prediction: Detections;
  /** A mask for each class that was found. */
  semantic_segmentation_prediction: Detections;
  /** Boxes with named points. */
  keypoint_detection_prediction: Detections;
  /** QR codes with their texts in `data`. */
  qr_code_detection: Detections;
  /** Bar codes with their texts in `data`. */
  bar_code_detection: Detections;
  /** One object. */
  detection: unknown;
  /** Classes of a whole picture with their scores, in the form of the reference's JSON. */
  classification_prediction: Record<string, unknown>;
  /** Actions with their scores, in the same form. */
  action_recognition_prediction: unknown;
  /** Pairs of indices of objects that overlap. */
  detections_overlaps: unknown[];
  /** True or false. */
  boolean: boolean;
  /** A whole number. */
  integer: number;
  /** A number. */
  float: number;
  /** A number from 0 to 1. */
  float_zero_to_one: number;
  /** A text. */
  string: string;
  /** An object with any keys. */
  dictionary: Record<string, unknown>;
  /** A list of any values. */
  list_of_values: unknown[];
  /** Name of the best class, or of all classes above a score. */
  top_class: string | string[];
  /** Such as `object-detection`. */
  prediction_type: string;
  /** Identity of the picture that something was found on. */
  parent_id: string;
  /** Names one run of a model. */
  inference_id: string;
  /** The text that a language model answered. */
  language_model_output: string;
  /** Id of a model. */
  roboflow_model_id: string;
  /** Name of a project. */
  roboflow_project: string;
  /** Name of a solution. */
  roboflow_solution: string;
  /** A key. */
  roboflow_api_key: string;
  /** A reference to a key that is kept elsewhere. */
  ROBOFLOW_MANAGED_KEY: string;
  /** A text that is masked in outputs and logs. */
  secret: string;
  /** A point in time. */
  timestamp: Date;
  /** Bytes. */
  bytes: Uint8Array;
  /** A name, `#rrggbb`, `rgb(r, g, b)`, or three numbers from 0 to 255. */
  rgb_color: string | number[];
  /** Points of a polygon or line, or a list of these, in pixels. */
  zone: number[][] | number[][][];
  /** x and y in pixels. */
  point: number[];
  /** Points of a prompt: x and y in pixels, and whether they are inside. */
  labeled_points: unknown[];
  /** Outlines as lists of points in pixels. */
  contours: unknown[];
  /** Nested lists of numbers, or a typed array. */
  numpy_array: unknown;
  /** Nested lists of numbers, or a typed array. */
  tensor: unknown;
  /** A vector. */
  embedding: number[] | Float32Array;
  /** Points of a picture, in pixels. */
  image_keypoints: unknown;
  /** Facts of a picture. */
  image_metadata: Record<string, unknown>;
  /** Values that are JSON already. */
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
