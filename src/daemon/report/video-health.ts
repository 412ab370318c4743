import type { VideoPlace } from "./events.ts";

/** Why a frame of the camera is not in the video. */
export type VideoDropReason =
  /** More frames came than the video has. */
  | "rate"
  /** The encoder had not taken the pictures before it. */
  | "encoder_behind"
  /** The encoder starts, or waits for its next attempt. */
  | "encoder_away"
  /** The output had no picture. */
  | "no_picture";

export type VideoState = "waiting" | "starting" | "running" | "retrying";

/** A stream of video in `/health`. */
export interface VideoHealth extends VideoPlace {
  /** `waiting`: for the first picture. */
  state: VideoState;
  /** Why it does not run. */
  error: string | null;
  encoder: string | null;
  /** Frames of the camera since the stream was opened: encoded, dropped, and a few that are being drawn or wait. */
  seen: number;
  encoded: number;
  dropped: Partial<Record<VideoDropReason, number>>;
}
