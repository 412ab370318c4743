import type { TimestampSource } from "../../kinds/frame.ts";

/** What a result says about its frame; a `FrameHandle` serves. `camera` is a topic id, times are UTC milliseconds, `pts` seconds. */
export interface FrameStamp {
  camera: string;
  sequence: number;
  pts: number | null;
  timestamp: number;
  timestampSource: TimestampSource;
  /** Seconds for durations; see `FrameHandle`. */
  clockS: number;
  width: number;
  height: number;
}
