import { type VideoMetadata, videoSeconds } from "../kinds/video-metadata.ts";
import type { Step } from "./tracker.ts";

/** Rate that buffers of lost tracks are given for. */
const BUFFER_FPS = 30;
/** Updates that tell the usual time between two. */
const WINDOW = 9;
/** A step of more than this many usual ones has lost frames on the way to us. */
const LONG_STEP = 2;

/**
 * Time between the pictures of one video. A track outlives its buffer by a few usual steps, as the tracker's policy says; so a
 * video of one picture a minute keeps its tracks, and an outage of a camera ends them.
 */
export class TrackPace {
  private readonly bufferS: number;
  private readonly grace: number;
  private readonly steps: number[] = [];
  private last: { seconds: number; frame: number } | null = null;
  private declared = 1 / BUFFER_FPS;

  /** `buffer` is in frames at 30 a second, `grace` in usual steps. */
  constructor(buffer: number, grace: number) {
    this.bufferS = buffer / BUFFER_FPS;
    this.grace = grace;
  }

  next(video: VideoMetadata | null): Step {
    const { last } = this;
    const now = video === null ? null : { seconds: videoSeconds(video), frame: video.frameNumber };
    this.last = now;
    this.declared = 1 / (video?.fps || BUFFER_FPS);
    const { usual, keepS } = this;
    if (last === null || now === null) return { frames: 1, seconds: usual, keepS };
    const passed = now.seconds - last.seconds;
    // A clock that stands or runs backwards tells nothing.
    const seconds = passed > 0 ? passed : usual;
    this.steps.push(seconds);
    if (this.steps.length > WINDOW) this.steps.shift();
    return { frames: framesOf(seconds / usual, now.frame - last.frame), seconds, keepS };
  }

  /** Seconds without a picture that a track outlives. */
  get keepS(): number {
    return this.bufferS + this.grace * this.usual;
  }

  private get usual(): number {
    return median(this.steps) ?? this.declared;
  }
}

/** Arrival jitters, so frame numbers count; frames that were lost before they were numbered show in the time alone. */
function framesOf(usualSteps: number, numbered: number): number {
  const frames = Math.max(1, numbered);
  return usualSteps > LONG_STEP * frames ? usualSteps : frames;
}

/** The lower of two in the middle: a single hole is not usual. */
function median(values: readonly number[]): number | undefined {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)];
}
