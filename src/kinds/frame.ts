/**
 * Pixels live in one shared memory arena that every thread maps; what travels between threads are these plain handles.
 * All pixel buffers are packed rows of 3 bytes a pixel, or of 1 in grey ones.
 */

export type PixelFormat = "rgb24" | "bgr24" | "gray";

/**
 * How a camera's picture was fitted into a rendition. `letterbox_*` keep the aspect ratio and fill the rest with `pad`; `cover_center`
 * keeps it too and leaves out what is beyond; `crop_center` scales nothing, leaves out what is beyond and fills the rest with `pad`.
 */
export type Fit = "none" | "stretch" | "letterbox_center" | "letterbox_top_left" | "cover_center" | "crop_center";

/** What a consumer wants to receive of each frame; `width`/`height` 0 mean the camera's own size (fit "none"). */
export interface RenditionRequest {
  fit: Fit;
  width: number;
  height: number;
  pixelFormat: PixelFormat;
  /** Grey level 0..255 of the border of a letterbox. */
  pad: number;
  /** The part that is fitted; absent for the whole picture. */
  part?: PicturePart;
}

/** A part of any picture: x min, y min, x max, y max in percent of its sides. */
export type PicturePart = readonly [number, number, number, number];

/** Equal requests have equal keys. */
export function renditionKey(request: RenditionRequest): string {
  if (request.fit === "none") return `full:${request.pixelFormat}`;
  const pad = hasBorder(request.fit) ? `:${request.pad}` : "";
  const part = request.part === undefined ? "" : `:${request.part.join("-")}`;
  return `${request.fit}:${request.width}x${request.height}:${request.pixelFormat}${pad}${part}`;
}

/** Whether something of a rendition may lie beyond the picture. */
function hasBorder(fit: Fit): boolean {
  return fit.startsWith("letterbox") || fit === "crop_center";
}

/** The camera's own picture, wanted by crops and drawing. */
export const FULL_RGB: RenditionRequest = { fit: "none", width: 0, height: 0, pixelFormat: "rgb24", pad: 0 };

/** A small grey picture, by which two frames are compared. */
export const LUMINANCE: RenditionRequest = { fit: "stretch", width: 160, height: 90, pixelFormat: "gray", pad: 0 };

/** One picture of a frame in the arena. */
export interface Rendition {
  key: string;
  /** Byte offset in the arena. */
  offset: number;
  width: number;
  height: number;
  fit: Fit;
  pixelFormat: PixelFormat;
}

/** How long a model may answer with its last result. */
export interface ReuseLimits {
  /** Levels of grey by which a pixel of the luminance picture may differ at most. */
  change: number;
  maxAgeS: number;
}

/** How parts of a large picture are looked at beside the whole. */
export interface RegionRules {
  /** Levels of grey by which a pixel of the luminance picture differs at least where something is. */
  change: number;
  /** Most parts of a frame. */
  most: number;
  /** Seconds from one look at the whole picture to the next; 0 for every frame. */
  wholeEveryS: number;
}

/** Parts of a frame that models looked at, and those that had to wait for another one. */
export interface RegionCount {
  looked: number;
  leftOut: number;
}

/** Where a frame's `timestamp` comes from: the camera's clock, the moment of arrival, or the position in a file. */
export type TimestampSource = "sender" | "arrival" | "file";

/** A decoded frame: everything about it but the pixels. Valid until it is released to its pool. */
export interface FrameHandle {
  camera: string;
  /** Counts every frame the decoder delivered for this camera, from 1, over restarts. */
  sequence: number;
  /** Presentation time in seconds of the stream, null when the stream has none. */
  pts: number | null;
  /** UTC milliseconds, for display: the time of day may jump. */
  timestamp: number;
  timestampSource: TimestampSource;
  /**
   * Seconds for durations, on one clock of all cameras that never jumps: arrival of a live stream, stamps of a file. Goes on over
   * restarts, so an outage is a hole in it.
   */
  clockS: number;
  /** `clockS` of the camera's first frame. */
  startS: number;
  /** When the last byte was read, by `steadyMs`. */
  decodedAt: number;
  /** Size of the camera's picture in pixels; coordinates of results are in these. */
  width: number;
  height: number;
  /** Frames per second the stream declares, at most the camera's limit; null when unknown. */
  fps: number | null;
  /** Frames per second measured over the last seconds, null for files. */
  measuredFps: number | null;
  renditions: Rendition[];
  /** When models may answer with their last result; absent where they look at every frame. */
  reuse?: ReuseLimits;
  /** How models that find objects look at parts of the picture as well; absent where they do not. */
  regions?: RegionRules;
  /** Pool slot to give back. */
  slot: number;
}

/** Maps camera pixels to rendition pixels: `rendition = camera * scale + offset`. */
export interface Fitting {
  scaleX: number;
  scaleY: number;
  offsetX: number;
  offsetY: number;
}

/**
 * How a `width` x `height` picture lands in a `toWidth` x `toHeight` rendition.
 * The scaled size and the border are rounded exactly as in the decoder's filter chain (`stream/ffmpeg/ffmpeg-arguments.ts`).
 */
export function fitting(fit: Fit, width: number, height: number, toWidth: number, toHeight: number): Fitting {
  if (fit === "none") return { scaleX: 1, scaleY: 1, offsetX: 0, offsetY: 0 };
  if (fit === "stretch") return { scaleX: toWidth / width, scaleY: toHeight / height, offsetX: 0, offsetY: 0 };
  if (fit === "cover_center") {
    const part = cover(width, height, toWidth, toHeight);
    const [scaleX, scaleY] = [toWidth / part.width, toHeight / part.height];
    return { scaleX, scaleY, offsetX: -part.x * scaleX, offsetY: -part.y * scaleY };
  }
  if (fit === "crop_center") {
    const [x, y] = [middle(width, toWidth), middle(height, toHeight)];
    return { scaleX: 1, scaleY: 1, offsetX: x.to - x.from, offsetY: y.to - y.from };
  }
  const box = letterbox(width, height, toWidth, toHeight);
  const centered = fit === "letterbox_center";
  return {
    scaleX: box.width / width,
    scaleY: box.height / height,
    offsetX: centered ? Math.floor((toWidth - box.width) / 2) : 0,
    offsetY: centered ? Math.floor((toHeight - box.height) / 2) : 0,
  };
}

/** Where the middle of a side lies in another one, and which part of it, without scaling. */
export function middle(side: number, toSide: number) {
  const length = Math.min(side, toSide);
  return { from: Math.floor((side - length) / 2), to: Math.floor((toSide - length) / 2), length };
}

/** Size of the picture inside a letterbox: it fills one side, the other is rounded down to whole pixels. */
export function letterbox(width: number, height: number, toWidth: number, toHeight: number) {
  const isWide = toWidth * height <= toHeight * width;
  return isWide
    ? { width: toWidth, height: Math.max(1, Math.floor((height * toWidth) / width)) }
    : { width: Math.max(1, Math.floor((width * toHeight) / height)), height: toHeight };
}

/** The largest part in the middle of a picture that has the shape of `toWidth` x `toHeight`, in whole pixels. */
export function cover(width: number, height: number, toWidth: number, toHeight: number) {
  const isWide = width * toHeight > height * toWidth;
  const part = isWide
    ? { width: Math.max(1, Math.floor((height * toWidth) / toHeight)), height }
    : { width, height: Math.max(1, Math.floor((width * toHeight) / toWidth)) };
  return { x: Math.floor((width - part.width) / 2), y: Math.floor((height - part.height) / 2), ...part };
}

/** The pixels of a part, at least one; its edges are rounded down, as with the reference and in the decoder's filter chain. */
export function partIn([xMin, yMin, xMax, yMax]: PicturePart, { width, height }: { width: number; height: number }) {
  const [x, across] = partOfSide(width, xMin, xMax);
  const [y, down] = partOfSide(height, yMin, yMax);
  return { x, y, width: across, height: down };
}

function partOfSide(side: number, from: number, to: number): [start: number, length: number] {
  const start = Math.min(side - 1, Math.trunc((from / 100) * side));
  return [start, Math.max(1, Math.min(side, Math.trunc((to / 100) * side)) - start)];
}
