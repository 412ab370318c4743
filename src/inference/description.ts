import { ModelError } from "../base/errors.ts";
import { type Fit, FULL_RGB, type PicturePart, type RenditionRequest } from "../kinds/frame.ts";
import type { RecommendedScores } from "../kinds/least-score.ts";
import type { TaskName } from "../kinds/model-task.ts";
import type { ClassifierHead } from "./classifier-head.ts";
import type { Layout } from "./families/family.ts";
import type { TensorInfo } from "./files/onnx-file.ts";
import type { TextTower, TokenFeeding } from "./texts/text-tower.ts";

/**
 * Where the class names come from; "files" lie beside the weights, "family" comes with the layout,
 * "numbered" are made up from the index, "none" where the task has no classes.
 */
export type ClassesSource = "metadata" | "statement" | "files" | "family" | "coco80" | "numbered" | "none";

/** Stretched from the 2nd to the 98th of 100 values, or evened out by the whole picture or place by place. */
export type Contrast = "stretch" | "equalize" | "equalize_locally";

/** How pixels become the model's input: `value = (byte * scale - mean[c]) / std[c]`, channels in `order`. */
export interface ModelInput {
  name: string;
  width: number;
  height: number;
  /** "hwc" is one picture without a batch, "grey" is NCHW of one channel. */
  layout: "nchw" | "nhwc" | "hwc" | "grey";
  elementType: string;
  order: "bgr" | "rgb";
  scale: number;
  mean: [number, number, number];
  std: [number, number, number];
  fit: Exclude<Fit, "none">;
  /** Grey level 0..255 of a letterbox's border. */
  pad: number;
  /** The part of each picture that the model sees; absent for all of it. */
  part?: PicturePart;
  /** Whether pictures lose their colours, before their contrast changes. */
  grey?: boolean;
  /** What is done about contrast before pixels become values. */
  contrast?: Contrast;
  /** Pictures in one run when the file fixes it, 1 when it is free. */
  batch: number;
  /** The size follows each image's; `width` and `height` are one of many. */
  isFree: boolean;
}

/** What a model file is; plain data that survives structured clone. */
export interface ModelDescription {
  /** The name workflows use; set by who maps names to files. */
  id?: string;
  path: string;
  sha256: string;
  sizeBytes: number;
  /** null when the outputs have no layout that can be decoded. */
  family: string | null;
  /** Package that brings the family, null for millrace's own. */
  familySource: string | null;
  /** Main module of that package. */
  familyUrl?: string | null;
  /** What the family is for; null exactly when `family` is. */
  task: TaskName | null;
  /** Sentences that tell why the family, the size and the classes were judged so. */
  reasons: string[];
  inputs: TensorInfo[];
  outputs: TensorInfo[];
  /** Operator that makes each output, by its name; "" where none is found. */
  outputOperators: Readonly<Record<string, string>>;
  classes: string[];
  classesFrom: ClassesSource;
  /** Names of the points of an object, by class; one list is for all classes. */
  points: readonly (readonly string[])[];
  /** How the outputs are laid out, as the family's decoder reads it. */
  layout: Layout;
  /** Class of each number that the outputs give for one, -1 for none; null where they are the same. */
  slots: readonly number[] | null;
  /** Lowest score to report where nothing states one; null for the usual one. */
  confidence: number | null;
  /** Lowest scores that its trainer recommends, null where none are known. */
  recommended: RecommendedScores | null;
  /** What may be stated in `options` for the family: names and what they mean. */
  familyOptions: Readonly<Record<string, string>>;
  /** Families that were considered and why they are not it. */
  considered: readonly string[];
  /** The last linear layer of a classifier, or why none is found; null for other models. */
  head: ClassifierHead | string | null;
  /** The file that comes with it and takes prompts, null for none. */
  decoder: DecoderDescription | null;
  /** null when `family` is, as preprocessing is known by family, and for a model of texts alone. */
  input: ModelInput | null;
  /** What takes texts, null for a model that takes pictures alone. */
  texts: TextTower | null;
  /** How texts become inputs beside the picture, null where it takes none. */
  tokens: TokenFeeding | null;
  /** Outputs of the file that pictures need, where it has others for texts; null for the whole file. */
  part: readonly string[] | null;
  /** Whether several pictures may share one run. */
  dynamicBatch: boolean;
  opset: number;
  producer: string;
  metadata: Record<string, string>;
}

export interface DecoderDescription {
  path: string;
  sha256: string;
  inputs: TensorInfo[];
  outputs: TensorInfo[];
}

/** What the decoder must deliver of each frame to feed this model; throws `ModelError` when the family is unknown. */
export function renditionOf(description: ModelDescription): RenditionRequest {
  if (description.input === null && description.texts !== null) return FULL_RGB;
  const { fit, width, height, order, pad, part, contrast, isFree } = knownInput(description);
  // Contrast changes before a picture gets its size.
  if (isFree || contrast !== undefined) return FULL_RGB;
  const request: RenditionRequest = { fit, width, height, pixelFormat: order === "bgr" ? "bgr24" : "rgb24", pad };
  return part === undefined ? request : { ...request, part };
}

/** The input facts of a model that can be run; throws `ModelError` MODEL_FAMILY_UNKNOWN with the reasons otherwise. */
export function knownInput(description: ModelDescription): ModelInput {
  if (description.input !== null) return description.input;
  const reasons = description.reasons.join("; ");
  throw new ModelError("MODEL_FAMILY_UNKNOWN", `model "${description.path}": no known family: ${reasons}`, {
    path: description.path,
    reasons: description.reasons,
  });
}
