/** What a simulated camera shows. */
export type CameraSource = DrawnSource | FileSource | EncodedSource | LavfiSource;

/** Frames drawn by a function, in real time. */
export interface DrawnSource {
  kind: "drawn";
  /** Even numbers of pixels. */
  width: number;
  height: number;
  fps: number;
  /** Draws a whole frame, rows of 3 bytes a pixel, over what an earlier call left in `rgb`. */
  draw: (index: number, rgb: Uint8Array) => void;
}

/** A video file, over and over. */
interface FileSource {
  kind: "file";
  file: string;
  /** The file's own rate by default. */
  fps?: number;
}

/**
 * A file of H.264 without B-frames and with parameter sets ahead of each keyframe, over and over. Its packets go out as they are, which costs next to nothing; its keyframes stand where
 * they stand, whatever the camera's settings say.
 */
export interface EncodedSource {
  kind: "encoded";
  file: string;
}

/** A source of ffmpeg's `lavfi`, such as `testsrc2=size=160x120:rate=10`. */
interface LavfiSource {
  kind: "lavfi";
  graph: string;
}
