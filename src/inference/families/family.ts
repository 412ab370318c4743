import type { DepthMap, FoundAnomaly, Gaze, Prompt, TaskName } from "../../kinds/model-task.ts";
import type { ModelInput } from "../description.ts";
import type { OnnxFile, TensorInfo } from "../files/onnx-file.ts";
import type { TextTower, TokenFeeding } from "../texts/text-tower.ts";

/** Everything a family may judge a file by. */
export interface ModelFacts {
  /** Inputs, outputs and metadata of the graph. */
  file: Pick<OnnxFile, "inputs" | "outputs" | "metadata" | "outputOperators">;
  /** The input that takes the picture. */
  image: ImageFacts;
  /** The graph that comes with it and takes prompts, null for none. */
  decoder: GraphFacts | null;
  /** Number of class names in the metadata or beside the weights, null when there are none. */
  nameCount: number | null;
  /** Number of class names that the user states, null for none. */
  statedCount: number | null;
  /** The names that count: those stated, else those found. */
  names: readonly string[] | null;
  /** Facts of the layout from outside the graph, by the names of the family's `options`. */
  options: Layout;
  /** What the metadata or a file beside the weights say the model is for; null where they say nothing. */
  task: StatedTask | null;
  /** Whether the user says that it is this family, so that doubt is no reason to refuse. */
  stated: boolean;
  /** How texts become its inputs beside the picture, or why that is not known; null where it takes none. */
  tokens: TokenFeeding | string | null;
  /** The tower for texts that comes with it; null for none. */
  texts: TextTower | null;
}

export type GraphFacts = Pick<OnnxFile, "inputs" | "outputs">;

/** The task that something beside the graph names. */
export interface StatedTask {
  name: TaskName;
  /** As it was written. */
  text: string;
  /** What says so, as the beginning of a sentence: "the metadata". */
  source: string;
}

/** The input that takes the picture; null where the file leaves a size free and no statement gives it. */
export interface ImageFacts {
  info: TensorInfo;
  layout: ModelInput["layout"];
  width: number | null;
  height: number | null;
}

/** What only the family tells about the input. */
export type Preprocessing = Pick<
  ModelInput,
  "order" | "scale" | "mean" | "std" | "fit" | "pad" | "part" | "grey" | "contrast"
>;

/** Plain facts of how outputs are laid out, from `match`, from options and from the first run; decoders read them. */
export type Layout = Readonly<Record<string, LayoutValue>>;
type LayoutValue = string | number | boolean | readonly string[] | readonly number[];

/** `reason` continues "<family>: " when it matches and "not <family>: " when not. */
export type Verdict = Match | Refusal;

interface Refusal {
  matches: false;
  reason: string;
  /** What a user would have to state for it to be this family; absent where the file is of another layout. */
  state?: string;
}

export interface Match {
  matches: true;
  classCount: number;
  reason: string;
  layout?: Layout;
  /** Class of each number that the outputs give for one, -1 for what is no class; they are the same where this is absent. */
  slots?: readonly number[];
  /** Names of classes that the layout itself implies, where nothing else names them. */
  classes?: readonly string[];
  /** Names of the points of an object, in their order. */
  points?: readonly string[];
  /** Where this file takes its input in another way than the family's usual one. */
  preprocessing?: Partial<Preprocessing>;
}

/** A refusal of a file: `reason` continues "not <family>: ", `state` is what a user would have to state for it to be this family. */
export function no(reason: string, state?: string): Verdict {
  return state === undefined ? { matches: false, reason } : { matches: false, reason, state };
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
  /** Height of the model's input in pixels. */
  height: number;
  /** What `match` and `settle` found of the layout. */
  layout: Layout;
}

/** What `decode` reads: the outputs for one picture, and the lowest score that is asked for. */
export interface DecodeRequest extends ItemOutputs {
  /** Lowest score to keep. */
  confidence: number;
}

interface Size {
  width: number;
  height: number;
}

interface FamilyOfAny {
  /** Unique; what `family=` states. */
  name: string;
  /** Package that brings the family, set by who loads it; absent for millrace's own. */
  source?: string;
  /** Main module of that package. */
  url?: string | undefined;
  /** Other names that state it, as those of architectures with the same layout; several families may share one. */
  aliases?: readonly string[];
  preprocessing: Preprocessing;
  match(facts: ModelFacts): Verdict;
  /** What a user may state about the layout where the file does not: names of options and what they mean. */
  options?: Readonly<Record<string, string>>;
  /** Lowest score to report where nothing states one; 0.4 by default. */
  confidence?: number;
  /**
   * Size of the input for an image, where the file and the user leave it free; without it a size must be stated. `input` has the side that
   * the file fixes, if it does.
   */
  sizeFor?(image: Size, input?: Size): Size;
  /** What the outputs of a first run on a grey picture tell about the layout. */
  settle?(first: ItemOutputs): Layout;
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

/** A map of scores for each object, stretched over the model's input. */
interface MaskReader {
  /** Size of the maps in cells. */
  mapSize(outputs: ItemOutputs): { width: number; height: number };
  /** Values of the cells of a window, in rows; more than `maskLevel` is inside. */
  maskScores(outputs: ItemOutputs, origin: number, window: CellWindow): Float32Array;
  /** 0.5 for scores 0..1, 0 for logits. */
  maskLevel: number;
  /** Whether a mask ends with its object's box. */
  cropsMasks: boolean;
}

/** Boxes that lie at an angle; as masks they are the pixels within. */
interface CornerReader {
  /** Four corners of an object in turn, x and y in pixels of the model's input. */
  corners(outputs: ItemOutputs, origin: number): Float32Array;
}

/** How a family of each task reads the outputs of a run. */
export interface Readers {
  detect: BoxReader;
  /** Class of a box is the number of the text that names it. */
  detect_named: BoxReader;
  segment: BoxReader & (MaskReader | CornerReader);
  keypoints: BoxReader & {
    /** x, y in pixels of the model's input and score 0..1 of every point of an object. */
    points(outputs: ItemOutputs, origin: number): Float32Array;
  };
  /** Scores of classes for every cell of a map that is stretched over the model's input. */
  semantic: { classPlanes(outputs: ItemOutputs): ClassPlanes };
  /** Scores 0..1 by class. */
  classify: { scores(outputs: ItemOutputs): Float32Array };
  classify_multi_label: { scores(outputs: ItemOutputs): Float32Array };
  embed: { vector(outputs: ItemOutputs): Float32Array };
  /** How much a picture differs from normal ones, with a map that is stretched over the model's input. */
  anomaly: { anomaly(outputs: ItemOutputs): FoundAnomaly };
  /** A distance for every cell of a map that is stretched over the model's input. */
  depth: { depthMap(outputs: ItemOutputs): DepthMap };
  gaze: { gaze(outputs: ItemOutputs): Gaze };
  text_detection: {
    /** Four corners of each line of text in turn, in pixels of the model's input, and its score. */
    lines(outputs: ItemOutputs): { corners: Float32Array; confidence: number }[];
  };
  /** Of an encoder, whose outputs its decoder takes by their names. */
  prompted: {
    /** How the image lies in the square of prompts. */
    squareFit: "stretch" | "letterbox_top_left";
    /** The other inputs of the decoder, for a prompt in pixels of the square. */
    promptInputs(prompt: Prompt, run: PromptedRun): ExtraInput[];
    /** Reads outputs of the decoder in the order of its file. */
    maskChoices(outputs: readonly OutputTensor[], run: PromptedRun): MaskChoices;
  };
  ocr: {
    /** What a picture of one line says; `alphabet` is the model's classes. */
    text(outputs: ItemOutputs, alphabet: readonly string[]): { text: string; confidence: number };
  };
}

/** One run of the decoder of a prompted model. */
export interface PromptedRun {
  decoder: GraphFacts;
  /** Side in pixels of the square in which prompts lie. */
  side: number;
  /** Size of the image. */
  width: number;
  height: number;
}

/** Maps of logits that answer one prompt. */
export interface MaskChoices {
  /** In rows, map after map. */
  data: Float32Array;
  width: number;
  height: number;
  /** One for each map, 0..1. */
  scores: Float32Array;
  /** Which map is meant where a prompt means one thing, null where the file has none for that. */
  single: number | null;
  /** What maps are stretched over. */
  covers: "square" | "image";
}

/** Either a value of every class for each cell, or the class itself. */
export interface ClassPlanes {
  width: number;
  height: number;
  /** Number of values of a cell; 1 with `isMap` for a class index, and without for the logit of the only class. */
  channels: number;
  isMap: boolean;
  data: Float32Array;
  /** Where the first value is, and how far apart those of neighbouring channels and cells are. */
  offset: number;
  channelStride: number;
  cellStride: number;
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
  /** Six numbers for each box, in pixels of the model's input; longer than `count` asks for. */
  rows: Float32Array;
  /** Place of each box in the outputs, for what is read of it later. */
  origins: Uint32Array;
  /** Number of boxes so far. */
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

/** Declares a family: its task tells which functions read the outputs. */
export function defineFamily<F extends Family>(family: F): F {
  return family;
}
