import type { Image } from "./image.ts";
import type { LeastScore } from "./least-score.ts";
import type { Mask } from "./mask.ts";

/**
 * What a model can be asked: for each task one item, the parameters and the reply for one item. Parameters and replies are plain data
 * that threads post; coordinates of replies are in pixels of the item's image.
 */
export interface ModelTasks {
  /** Boxes of objects. */
  detect: Task<Image, DetectParameters, FoundObjects>;
  /** Boxes of objects that texts name: classes of the reply are numbers of names for a model that takes any. */
  detect_named: Task<Image, NamedParameters, FoundObjects>;
  /** Boxes and masks of objects. */
  segment: Task<Image, SegmentParameters, FoundMasks>;
  /** Boxes and named points of objects. */
  keypoints: Task<Image, DetectParameters, FoundPoints>;
  /** The pixels of every class: a row and a mask for each one that is found, without the background. */
  semantic: Task<Image, SemanticParameters, FoundMasks>;
  /** One class of the whole image: scores sum to 1. */
  classify: Task<Image, NoParameters, ClassScores>;
  /** Any number of classes of the whole image: scores are independent. */
  classify_multi_label: Task<Image, NoParameters, ClassScores>;
  /** What a classifier knows of the whole image before it names a class. */
  features: Task<Image, FeatureParameters, Features>;
  /** How much the whole image differs from normal ones, and where. */
  anomaly: Task<Image, NoParameters, FoundAnomaly>;
  /** A vector for an image. */
  embed: Task<Image, NoParameters, Embedding>;
  /** A vector for a text, to be compared with those of images by the same model. */
  embed_text: Task<string, NoParameters, Embedding>;
  /** Distance of every pixel. */
  depth: Task<Image, NoParameters, DepthMap>;
  /** Where a face looks. */
  gaze: Task<Image, NoParameters, Gaze>;
  /** Where lines of text are. */
  text_detection: Task<Image, NoParameters, FoundLines>;
  /** What the text of one line says. */
  ocr: Task<Image, NoParameters, ReadText>;
  /** Masks of what points and boxes ask for. */
  prompted: Task<Image, PromptParameters, FoundMasks>;
}

interface Task<Item, Parameters, Reply> {
  item: Item;
  parameters: Parameters;
  reply: Reply;
}

/** What a model is for. */
export type TaskName = keyof ModelTasks;
export type TaskItem<T extends TaskName> = ModelTasks[T]["item"];
export type TaskParameters<T extends TaskName> = ModelTasks[T]["parameters"];
export type TaskReply<T extends TaskName> = ModelTasks[T]["reply"];

/** Tasks that a model of a task can be asked for: what finds masks or points finds boxes too. */
export const SERVES: { readonly [T in TaskName]: readonly TaskName[] } = {
  detect: ["detect", "detect_named"],
  detect_named: ["detect_named"],
  segment: ["segment", "detect", "detect_named"],
  keypoints: ["keypoints", "detect", "detect_named"],
  semantic: ["semantic"],
  classify: ["classify", "features"],
  classify_multi_label: ["classify_multi_label", "features"],
  features: ["features"],
  anomaly: ["anomaly"],
  embed: ["embed"],
  embed_text: ["embed_text"],
  depth: ["depth"],
  gaze: ["gaze"],
  text_detection: ["text_detection"],
  ocr: ["ocr"],
  prompted: ["prompted"],
};

/** In messages: what a model of the task is. */
export const TASK_TITLES: Readonly<Record<TaskName, string>> = {
  detect: "object detection",
  detect_named: "detection by names",
  segment: "instance segmentation",
  keypoints: "key point detection",
  semantic: "semantic segmentation",
  classify: "single-label classification",
  classify_multi_label: "multi-label classification",
  features: "features of a classifier",
  anomaly: "anomaly detection",
  embed: "embedding",
  embed_text: "embedding of texts",
  depth: "depth estimation",
  gaze: "gaze estimation",
  text_detection: "text detection",
  ocr: "text recognition",
  prompted: "prompted segmentation",
};

export type NoParameters = Readonly<Record<string, never>>;

export interface DetectParameters {
  confidence: LeastScore;
  /** Overlap above which the weaker of two boxes is dropped. */
  iouThreshold: number;
  maxDetections: number;
  /** Most boxes that enter suppression, the best first. */
  maxCandidates: number;
  /** Whether boxes of different classes suppress each other. */
  classAgnostic: boolean;
  /** Names of classes to report, null for all. */
  classFilter: readonly string[] | null;
}

export interface SegmentParameters extends DetectParameters {
  /**
   * How fine a mask is decided: null by the pixels of the image, 0 by the cells of the model's map, 1 by the pixels of its input, and
   * between them by cells of a size between.
   */
  maskDetail: number | null;
}

export interface NamedParameters extends DetectParameters {
  /** What to look for; a model of its own classes looks for those of these names. */
  names: readonly string[];
}

export interface SemanticParameters {
  /** Pixels whose best class scores less are background. */
  confidence: LeastScore;
}

export interface PromptParameters {
  /** One mask for each, where anything is found; the class of its row is the place of the prompt. */
  prompts: readonly Prompt[];
  /** Whether a prompt may mean several things, of which the surest counts. */
  isAmbiguous: boolean;
}

/** What a mask is asked for by, in pixels of the image; without a point and a box it is of whatever stands out. */
export interface Prompt {
  points: readonly { x: number; y: number; isInside: boolean }[];
  /** x min, y min, x max, y max. */
  box: readonly [number, number, number, number] | null;
}

export interface FoundObjects {
  /** Rows of 6 numbers, best score first: x min, y min, x max, y max, score 0..1, class index. */
  rows: Float32Array;
}

export interface FoundMasks extends FoundObjects {
  /** One for each row. */
  masks: Mask[];
}

export interface FoundPoints extends FoundObjects {
  /** For each row x, y, score of every point the model names. */
  points: Float32Array;
}

export interface ClassScores {
  /** One for each class, 0..1. */
  scores: Float32Array;
}

export interface Embedding {
  /** As the model gives it, not normalised. */
  vector: Float32Array;
}

export interface FeatureParameters {
  /** What the last linear layer takes, or what it gives. */
  output: "feature_vector" | "logits";
}

export interface Features extends Embedding {
  /** Names the space of the vector: only those of one space can be compared. */
  space: string;
}

export interface FoundAnomaly {
  /** Larger is more anomalous; the unit is the model's. */
  score: number;
  /** Score from which on an image is anomalous. */
  threshold: number;
  /** How much more score takes the confidence from 0.5 to 0.73. */
  scale: number;
  /** Scores of places, stretched over the image; null for a model without. */
  map: { width: number; height: number; values: Float32Array } | null;
}

export interface DepthMap {
  /** Size of the map, which is stretched over the image. */
  width: number;
  height: number;
  /** In rows; the unit is the model's. */
  values: Float32Array;
  /** Whether larger values are nearer to the camera, or farther. */
  larger: "nearer" | "farther";
}

export interface Gaze {
  /** In radians, 0 into the camera; positive is to the right of the picture. */
  yaw: number;
  /** In radians; positive is up. */
  pitch: number;
}

export interface FoundLines {
  /** Four corners of each line in turn, clockwise from the top left, x and y each. */
  corners: Float32Array;
  /** One for each line, 0..1. */
  scores: Float32Array;
}

export interface ReadText {
  text: string;
  /** 0..1. */
  confidence: number;
}
