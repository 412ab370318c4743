import type { FrameHandle } from "./frame.ts";
import type { VideoMetadata } from "./video-metadata.ts";

/** A rectangle in whole pixels of some picture. */
export interface Region {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Where a picture lies in the root picture it was cut from, in pixels of the root. */
export interface RootPlacement {
  id: string;
  width: number;
  height: number;
  offsetX: number;
  offsetY: number;
}

/** Pixels that belong to a frame in the arena (`region` cuts a part of the camera's picture), or to the value itself. */
export type PixelSource = { type: "frame"; frame: FrameHandle; region: Region | null } | OwnedPixels;

/** Packed pixels. A picture of one channel has it as `grey`, and three times as `rgb` for code that does not read `grey`. */
interface OwnedPixels {
  type: "owned";
  rgb: Uint8Array;
  grey?: Uint8Array;
  /** How opaque each pixel is, of a picture that came with transparency. Only icons look at it; what is made of the picture is opaque. */
  alpha?: Uint8Array;
  width: number;
  height: number;
}

/** Value of kind `image`. Immutable: a step that draws makes a new one. */
export interface Image {
  /** Always `image`. */
  kind: "image";
  /** In pixels. */
  width: number;
  /** In pixels. */
  height: number;
  /** Where its pixels are; `services.pixels` reads them. */
  pixels: PixelSource;
  /** Identity: the camera or input for a root picture, the detection for a crop. */
  parentId: string;
  /** Identity of the picture this one was cut from and its place there; null for a root picture. */
  parent: RootPlacement | null;
  /** Place in the root picture, in pixels of the root. */
  root: RootPlacement;
  /** The frame's video; null for a picture of none. */
  video: VideoMetadata | null;
}

/** Whether a value is an `Image`. */
export function isImage(value: unknown): value is Image {
  return typeof value === "object" && value !== null && (value as { kind?: unknown }).kind === "image";
}
