import type { FrameHandle } from "../../kinds/frame.ts";
import type { Image, RootPlacement } from "../../kinds/image.ts";
import type { VideoMetadata } from "../../kinds/video-metadata.ts";

/** The camera's picture as a workflow sees it. */
export function frameImage(frame: FrameHandle): Image {
  const { width, height, camera } = frame;
  const root: RootPlacement = { id: camera, width, height, offsetX: 0, offsetY: 0 };
  const pixels = { type: "frame", frame, region: null } as const;
  return { kind: "image", width, height, pixels, parentId: camera, parent: null, root, video: videoOf(frame) };
}

export function videoOf(frame: FrameHandle): VideoMetadata {
  return {
    videoIdentifier: frame.camera,
    frameNumber: frame.sequence,
    frameTimestamp: frame.timestamp,
    fps: frame.fps,
    measuredFps: frame.measuredFps,
    comesFromVideoFile: frame.timestampSource === "file",
    clockS: frame.clockS,
    startS: frame.startS,
  };
}

/** A picture that is no frame of a video, such as a file given to `millrace run`. */
export function pictureImage(rgb: Uint8Array, size: { width: number; height: number }, id: string): Image {
  const root: RootPlacement = { id, ...size, offsetX: 0, offsetY: 0 };
  const pixels = { type: "owned", rgb, ...size } as const;
  return { kind: "image", ...size, pixels, parentId: id, parent: null, root, video: null };
}
