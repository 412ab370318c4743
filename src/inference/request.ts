/** What is asked of a thread that holds a model, and what it answers: plain data, made to be posted between threads. */

/** Where the pixels of one item are; offsets are bytes into the shared arena. */
export type PixelRef = FittedPixels | RegionPixels | OwnedPixels;

/** A rendition that already is the model's input: right size, right fit, right order of colours. */
interface FittedPixels {
  type: "fitted";
  offset: number;
}

/** A part of a full rgb24 picture in the arena; all numbers but the offset in pixels of that picture. */
interface RegionPixels {
  type: "region";
  offset: number;
  frameWidth: number;
  frameHeight: number;
  x: number;
  y: number;
  width: number;
  height: number;
}

/** A packed rgb24 picture that lies outside the arena. */
interface OwnedPixels {
  type: "owned";
  rgb: Uint8Array;
  width: number;
  height: number;
}

export interface DetectionParameters {
  /** Lowest score to report, 0..1; null takes the default of `DEFAULT_CONFIDENCE`. */
  confidence: number | null;
  iouThreshold: number;
  maxDetections: number;
  /** Most boxes that enter suppression, the best first. */
  maxCandidates: number;
  /** Whether boxes of different classes suppress each other. */
  classAgnostic: boolean;
  /** Names of classes to report, null for all. */
  classFilter: readonly string[] | null;
}

/** One image to look at; `width` x `height` is the image that the results refer to. */
export interface DetectionItem {
  source: PixelRef;
  width: number;
  height: number;
  parameters: DetectionParameters;
}

/** Milliseconds spent on the items of one answer together: preparing pixels, running the model, decoding. */
export interface DetectionTimings {
  preMs: number;
  inferMs: number;
  postMs: number;
}

export interface DetectionReply {
  /** One array for each item: rows of `ROW` numbers x min, y min, x max, y max, score, class index; best score first. */
  rows: Float32Array[];
  timings: DetectionTimings;
}

/** Numbers in a row of `DetectionReply`. */
export const ROW = 6;

export const DEFAULT_CONFIDENCE = 0.4;
