/** Value of kind `video_metadata`: what the frame says about its video. */
export interface VideoMetadata {
  /** Opaque name of the camera or file; stateful blocks keep one state for each. */
  videoIdentifier: string;
  /** Counted from 1. */
  frameNumber: number;
  /** UTC milliseconds. */
  frameTimestamp: number;
  /** Frames a second that the stream states; null where it states none. */
  fps: number | null;
  /** Frames a second as they came; null before enough of them came. */
  measuredFps: number | null;
  /** True for a file, false for a live stream; null where that is not known. */
  comesFromVideoFile: boolean | null;
  /** Seconds on a clock that never jumps, of frames of our own streams: the stamps of a file, the arrival of a live stream. */
  clockS?: number;
  /** `clockS` of the first frame of the stream. */
  startS?: number;
}

export function isVideoMetadata(value: unknown): value is VideoMetadata {
  return typeof value === "object" && value !== null && "videoIdentifier" in value && "frameTimestamp" in value;
}

/**
 * Seconds on the video's own clock. Where the metadata is all that is known, as in values from JSON, it goes by the reference:
 * frames over the frame rate for a file, the timestamp for a stream.
 */
export function videoSeconds(video: VideoMetadata): number {
  if (video.clockS !== undefined) return video.clockS;
  return video.comesFromVideoFile && video.fps ? video.frameNumber / video.fps : video.frameTimestamp / 1000;
}

/** Seconds since the first frame, null where neither a clock nor a frame rate is known. */
export function secondsSinceStart(video: VideoMetadata): number | null {
  if (video.clockS !== undefined) return video.clockS - (video.startS ?? 0);
  const fps = video.fps || video.measuredFps;
  return fps ? (video.frameNumber - 1) / fps : null;
}

/** What a picture that belongs to no video says of one: itself, frame 0, now. */
export function videoOrDefault(image: { video: VideoMetadata | null; parentId: string }): VideoMetadata {
  const none = { frameNumber: 0, frameTimestamp: Date.now(), fps: 30, measuredFps: null, comesFromVideoFile: null };
  return image.video ?? { videoIdentifier: image.parentId, ...none };
}
