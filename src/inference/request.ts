import type { TaskName } from "../kinds/model-task.ts";

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

/** One image to look at; `width` x `height` is the image that the reply refers to. */
export interface ModelItem {
  task: TaskName;
  source: PixelRef;
  width: number;
  height: number;
  /** `TaskParameters` of the task. */
  parameters: object;
}

/** One text to make a vector of. */
export interface TextItem {
  task: "embed_text";
  text: string;
}

/** Milliseconds spent on the items of one answer together: preparing pixels, running the model, decoding. */
export interface ModelTimings {
  preMs: number;
  inferMs: number;
  postMs: number;
}

export interface ModelReply {
  /** `TaskReply` of each item's task. */
  replies: object[];
  timings: ModelTimings;
}

/** Numbers in a row of boxes: x min, y min, x max, y max, score, class index. */
export const ROW = 6;

export const DEFAULT_CONFIDENCE = 0.4;
