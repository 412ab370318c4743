import { steadyMs } from "../../base/steady-clock.ts";
import { isImage } from "../../kinds/image.ts";
import { videoSeconds } from "../../kinds/video-metadata.ts";
import type { Context } from "../contract/block.ts";

/**
 * Seconds for delays between elements: the video's own clock where one of the values is its image or its frames are recorded, else a
 * steady one.
 */
export function secondsOf(values: Iterable<unknown>, frame: Context["frame"]): number {
  for (const value of values) {
    const video = isImage(value) ? value.video : null;
    if (video !== null) return videoSeconds(video);
  }
  return frame?.recordedS ?? steadyMs() / 1000;
}

/** Whether less than `seconds` (or just as much, when `inclusive`) passed; a clock that was set back starts again. */
export function isWithin(seconds: number, since: number | null, now: number, inclusive = false): boolean {
  if (since === null || now < since) return false;
  // Whole microseconds, lest frame numbers divided by frame rates miss a delay by the last bit.
  const passed = Math.round((now - since) * 1e6);
  const limit = Math.round(seconds * 1e6);
  return inclusive ? passed <= limit : passed < limit;
}
