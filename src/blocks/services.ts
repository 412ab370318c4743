import type { Image } from "../kinds/image.ts";

/** What blocks may ask of the thread they run in; the worker root supplies it. A block names what it `needs`. */
export interface Services {
  models: ModelService;
  pixels: PixelService;
}

export interface ModelService {
  /** Runs a detector on images of any size; one result per image, coordinates in that image's pixels. */
  detect(modelId: string, images: readonly Image[], parameters: DetectParameters): Promise<DetectedObjects[]>;
}

export interface DetectParameters {
  /** 0..1; null leaves the model's own default. */
  confidence: number | null;
  iouThreshold: number;
  maxDetections: number;
  maxCandidates: number;
  classAgnostic: boolean;
  /** Class names to keep, null for all. */
  classFilter: readonly string[] | null;
}

/** Rows of 6 numbers: x min, y min, x max, y max, confidence, class index. */
export interface DetectedObjects {
  rows: Float32Array;
  classes: readonly string[];
}

export interface PixelService {
  /** Pixels of an image without a copy: rgb, rows `stride` bytes apart. Never write into them. */
  view(image: Image): PixelView;
  /** The same pixels packed (stride = 3 * width) in memory of the caller's own, free to be drawn on. */
  copy(image: Image): Uint8Array;
}

export interface PixelView {
  rgb: Uint8Array;
  stride: number;
  width: number;
  height: number;
}
