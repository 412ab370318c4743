import type { Detection, Detections } from "../kinds/detections.ts";
import type { Image } from "../kinds/image.ts";
import type { VideoMetadata } from "../kinds/video-metadata.ts";

/** Metadata of this frame of a video of 25 frames a second. */
export function video(frameNumber: number, changes: Partial<VideoMetadata> = {}): VideoMetadata {
  return {
    videoIdentifier: "camera",
    frameNumber,
    frameTimestamp: 1_700_000_000_000 + frameNumber * 40,
    fps: null,
    measuredFps: null,
    comesFromVideoFile: false,
    ...changes,
  };
}

/** A root picture of one grey, by default without video. */
export function picture(width: number, height: number, changes: Partial<Image> = {}): Image {
  const rgb = new Uint8Array(width * height * 3).fill(GREY);
  return {
    kind: "image",
    width,
    height,
    pixels: { type: "owned", rgb, width, height },
    parentId: "camera",
    parent: null,
    root: { id: "camera", width, height, offsetX: 0, offsetY: 0 },
    video: null,
    ...changes,
  };
}

export const GREY = 40;

/** A picture of one pixel with the metadata of this frame of the video. */
export function frame(frameNumber: number, changes: Partial<VideoMetadata> = {}): Image {
  return picture(1, 1, { video: video(frameNumber, changes) });
}

let count = 0;

/** One object: its box in pixels (x min, y min, x max, y max), and what differs from a sure person. */
export function detection(box: Detection["box"], changes: Partial<Detection> = {}): Detection {
  return { box, confidence: 0.9, class: "person", classId: 0, detectionId: `detection-${++count}`, ...changes };
}

/** Detections of a picture of this size in pixels. */
export function detections(items: Detection[], width = 1280, height = 720): Detections {
  const root = { id: "camera", width, height, offsetX: 0, offsetY: 0 };
  return { kind: "detections", items, width, height, parentId: "camera", parent: null, root };
}
