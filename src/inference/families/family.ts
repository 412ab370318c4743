import type { ClassMap, TaskName } from "../../kinds/model-task.ts";
import type { ModelInput } from "../description.ts";
import type { OnnxFile, TensorInfo } from "../onnx-file.ts";

/** Everything a family may judge a file by. */
export interface ModelFacts {
  file: Pick<OnnxFile, "inputs" | "outputs" | "metadata" | "outputOperators">;
  image: ImageFacts;
  /** Number of class names in the metadata, null when there are none. */
  nameCount: number | null;
  /** Number of class names that the user states, null for none. */
  statedCount: number | null;
  /** Whether the user says that it is this family, so that doubt is no reason to refuse. */
  stated: boolean;
}

/** The input that takes the picture; null where the file leaves a size free and no statement gives it. */
export interface ImageFacts {
  info: TensorInfo;
  layout: ModelInput["layout"];
  width: number | null;
  height: number | null;
}

/** What only the family tells about the input. */
export type Preprocessing = Pick<ModelInput, "order" | "scale" | "mean" | "std" | "fit" | "pad">;

/** `reason` continues "<family>: " when it matches and "not <family>: " when not. */
export type Verdict = { matches: true; classCount: number; reason: string } | { matches: false; reason: string };

export function no(reason: string): Verdict {
  return { matches: false, reason };
}

/** An output tensor of a run, as float32. */
export interface OutputTensor {
  data: Float32Array;
  dims: readonly number[];
}

/** A tensor that a model takes beside the picture. */
export interface ExtraInput {
  name: string;
  elementType: "float32" | "int64" | "int32";
  dims: readonly number[];
  values: readonly number[];
}

/** One item's part of the outputs of a run. */
export interface ItemOutputs {
  /** In the order of the file. */
  outputs: readonly OutputTensor[];
  /** Which picture of the batch. */
  index: number;
  /** Size of the model's input in pixels. */
  width: number;
  height: number;
}

export interface DecodeRequest extends ItemOutputs {
  /** Lowest score to keep. */
  confidence: number;
}

interface FamilyOfAny {
  /** Unique; what `family=` states. */
  name: string;
  preprocessing: Preprocessing;
  match(facts: ModelFacts): Verdict;
  /** Inputs beside the picture that the family feeds itself, by name; a file with others is not of the family. */
  extraInputNames?: readonly string[];
  /** Values of those for a run of `batch` pictures of the input's size. */
  extraInputs?(run: { batch: number; width: number; height: number }): ExtraInput[];
}

/** Decodes boxes, in pixels of the model's input. */
export interface BoxReader {
  /** Whether decoded boxes still overlap for one object. */
  needsSuppression: boolean;
  /** Adds every box of at least `confidence` to `into`. */
  decode(request: DecodeRequest, into: Candidates): void;
}

/** How a family of each task reads the outputs of a run. */
export interface Readers {
  detect: BoxReader;
  segment: BoxReader & {
    /** Size of the maps of masks in cells; a map is stretched over the model's input. */
    mapSize(outputs: ItemOutputs): { width: number; height: number };
    /** Scores 0..1 of the cells of a window, in rows, that an object's mask covers them. */
    maskScores(outputs: ItemOutputs, origin: number, window: CellWindow): Float32Array;
  };
  keypoints: BoxReader & {
    /** x, y in pixels of the model's input and score 0..1 of every point of an object. */
    points(outputs: ItemOutputs, origin: number): Float32Array;
  };
  /** A class for every cell of a map that is stretched over the model's input. */
  semantic: { classMap(outputs: ItemOutputs): ClassMap };
  /** Scores 0..1 by class. */
  classify: { scores(outputs: ItemOutputs): Float32Array };
  classify_multi_label: { scores(outputs: ItemOutputs): Float32Array };
  embed: { vector(outputs: ItemOutputs): Float32Array };
}

/** Cells of a map from `x`, `y` on. */
export interface CellWindow {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Tasks whose outputs can be read. */
export type ReadableTask = keyof Readers & TaskName;

/** One layout of outputs: how to recognise it, how to feed it, how to read it. */
export type Family = { [T in ReadableTask]: FamilyOfAny & { task: T } & Readers[T] }[ReadableTask];

export type FamilyOf<T extends ReadableTask> = Extract<Family, { task: T }>;

/** Growing list of boxes, x min, y min, x max, y max, score, class index each; reused from run to run. */
export interface Candidates {
  rows: Float32Array;
  /** Place of each box in the outputs, for what is read of it later. */
  origins: Uint32Array;
  count: number;
}

export function createCandidates(): Candidates {
  return { rows: new Float32Array(6 * 256), origins: new Uint32Array(256), count: 0 };
}

/** Makes room for one more row and returns where it begins. */
export function nextRow(candidates: Candidates, origin = 0): number {
  const { count } = candidates;
  if (count === candidates.origins.length) {
    candidates.rows = grown(candidates.rows, new Float32Array(count * 12));
    candidates.origins = grown(candidates.origins, new Uint32Array(count * 2));
  }
  candidates.origins[count] = origin;
  candidates.count++;
  return count * 6;
}

function grown<A extends Float32Array | Uint32Array>(from: A, to: A): A {
  to.set(from);
  return to;
}

/** The dimensions after the batch axis of a file's only output, or why there are none. */
export function onlyOutput({ file }: ModelFacts): readonly [number | string, number | string] | string {
  const [output, ...others] = file.outputs;
  const [, first, second, ...rest] = output?.shape ?? [];
  if (output !== undefined && others.length === 0 && first !== undefined && second !== undefined && rest.length === 0) {
    return [first, second];
  }
  return `expected one output of 3 dimensions, found ${describeTensors(file.outputs)}`;
}

export function describeTensors(tensors: readonly TensorInfo[]): string {
  return tensors.map(({ name, shape }) => `"${name}" [${shape.join(", ")}]`).join(" and ") || "none";
}

/** How many classes the names tell, null where there are none; what is stated comes first. */
export function namedClasses({ statedCount, nameCount }: ModelFacts): number | null {
  return statedCount ?? nameCount;
}

/** Names that do not fit the number of classes, as a reason to refuse; null for none. */
export function contradiction(facts: ModelFacts, classCount: number, where: string): string | null {
  const named = namedClasses(facts);
  if (named === null || named === classCount) return null;
  return `there are ${named} class names, and ${where} tell ${classCount} classes`;
}

/** Whether the file says that Ultralytics exported it. */
export function isUltralytics({ file: { metadata } }: ModelFacts): boolean {
  return metadata["task"] !== undefined || metadata["stride"] !== undefined || metadata["author"] === "Ultralytics";
}

/** Why a file that names its task is no detector; null where it is one or does not say. */
export function otherTask({ file: { metadata } }: ModelFacts): string | null {
  const task = metadata["task"];
  return task === undefined || task === "detect" ? null : `the metadata name the task "${task}", expected "detect"`;
}
