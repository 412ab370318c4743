import { steadyMs } from "../../base/steady-clock.ts";
import { type VideoMetadata, videoSeconds } from "../../kinds/video-metadata.ts";

/** Seconds on the clock of the frame's video, on a steady one for a picture of no video. */
export function frameSeconds(video: VideoMetadata | null): number {
  return video === null ? steadyMs() / 1000 : videoSeconds(video);
}
