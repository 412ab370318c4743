import type { Image } from "./image.ts";

/** Reads and copies the pixels of images; each thread that runs blocks supplies one. */
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
