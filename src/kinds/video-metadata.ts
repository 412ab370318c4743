/** Value of kind `video_metadata`: what the frame says about its video. */
export interface VideoMetadata {
  /** Opaque name of the camera or file; stateful blocks keep one state for each. */
  videoIdentifier: string;
  /** Counted from 1. */
  frameNumber: number;
  /** UTC milliseconds. */
  frameTimestamp: number;
  fps: number | null;
  measuredFps: number | null;
  comesFromVideoFile: boolean | null;
}

export function isVideoMetadata(value: unknown): value is VideoMetadata {
  return typeof value === "object" && value !== null && "videoIdentifier" in value && "frameTimestamp" in value;
}

/** Seconds on the video's own clock: position in a file, wall clock of a stream. */
export function videoSeconds(video: VideoMetadata): number {
  return video.comesFromVideoFile && video.fps ? video.frameNumber / video.fps : video.frameTimestamp / 1000;
}

/** What a picture that belongs to no video says of one: itself, frame 0, now. */
export function videoOrDefault(image: { video: VideoMetadata | null; parentId: string }): VideoMetadata {
  const none = { frameNumber: 0, frameTimestamp: Date.now(), fps: 30, measuredFps: null, comesFromVideoFile: null };
  return image.video ?? { videoIdentifier: image.parentId, ...none };
}
