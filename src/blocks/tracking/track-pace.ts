import { type VideoMetadata, videoSeconds } from "../../kinds/video-metadata.ts";
import type { Step } from "./byte-track.ts";

/** Rate that buffers of lost tracks are given for. */
const BUFFER_FPS = 30;
/** Updates that tell the usual time between two. */
const WINDOW = 9;
/** A step of more than this many usual ones has lost frames on the way to us. */
const LONG_STEP = 2;

/**
 * Time between the pictures of one video. A track outlives its buffer by two usual steps, as in the reference, which removes it
 * that much later; so a video of one picture a minute keeps its tracks, and an outage of a camera ends them.
 */
export class TrackPace {
  private readonly bufferS: number;
  private readonly steps: number[] = [];
  private last: { seconds: number; frame: number } | null = null;

  /** `buffer` is in frames at 30 a second. */
  constructor(buffer: number) {
    this.bufferS = buffer / BUFFER_FPS;
  }

  next(video: VideoMetadata | null): Step {
    const { last } = this;
    const now = video === null ? null : { seconds: videoSeconds(video), frame: video.frameNumber };
    this.last = now;
    const declared = 1 / (video?.fps || BUFFER_FPS);
    if (last === null || now === null) return { frames: 1, seconds: declared, keepS: this.keepS(declared) };
    const passed = now.seconds - last.seconds;
    const usual = median(this.steps) ?? declared;
    // A clock that stands or runs backwards tells nothing.
    const seconds = passed > 0 ? passed : usual;
    const step = { frames: framesOf(seconds / usual, now.frame - last.frame), seconds, keepS: this.keepS(usual) };
    this.steps.push(seconds);
    if (this.steps.length > WINDOW) this.steps.shift();
    return step;
  }

  private keepS(usualStep: number): number {
    return this.bufferS + 2 * usualStep;
  }
}

/** Arrival jitters, so frame numbers count; frames that were lost before they were numbered show in the time alone. */
function framesOf(usualSteps: number, numbered: number): number {
  const frames = Math.max(1, numbered);
  return usualSteps > LONG_STEP * frames ? usualSteps : frames;
}

function median(values: readonly number[]): number | undefined {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}
