import { type Image, isImage } from "../../kinds/image.ts";
import { videoSeconds } from "../../kinds/video-metadata.ts";

/** Seconds for delays between elements: the video's own clock where one of the values is its image, else the wall clock. */
export function secondsOf(values: Iterable<unknown>): number {
  for (const value of values) {
    const video = isImage(value) ? (value as Image).video : null;
    if (video !== null) return videoSeconds(video);
  }
  return Date.now() / 1000;
}

/** Whether less than `seconds` (or just as much, when `inclusive`) passed; a clock that was set back starts anew. */
export function isWithin(seconds: number, since: number | null, now: number, inclusive = false): boolean {
  if (since === null || now < since) return false;
  return inclusive ? now - since <= seconds : now - since < seconds;
}
