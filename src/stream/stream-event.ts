import { type FailureCause, isFailureCause } from "./ffmpeg/failure-cause.ts";
import type { FailedAttempt } from "./restart.ts";
import type { DecodedFrames } from "./source-settings.ts";

/** What cameras report upwards. */
export type StreamEvent =
  | SourceStarted
  | FramesChosen
  | DecoderGivenUp
  | SourceReopened
  | SourceResized
  | SourceFailed
  | SourceEnded
  | SourceDamaged
  | PacketsRefused;

/** The first frame of a run has arrived. */
interface SourceStarted {
  type: "source_started";
  camera: string;
  codec: string | null;
  /** Size of the picture in pixels and frames per second as the stream declares them. */
  width: number;
  height: number;
  fps: number | null;
  /** The chip that decodes it; null for software. */
  decoder: string | null;
}

/** The packets of a camera have shown which frames are to be decoded; it is opened again for that. */
interface FramesChosen {
  type: "frames_chosen";
  camera: string;
  frames: DecodedFrames;
}

/** A chip could not decode the camera: software does from here on. */
interface DecoderGivenUp {
  type: "decoder_given_up";
  camera: string;
  decoder: string;
  message: string;
}

/** Another camera of the same stream wants more of it than it delivered. */
interface SourceReopened {
  type: "source_reopened";
  camera: string;
  newcomer: string;
}

/** Inside a file frames of another size begin. */
interface SourceResized {
  type: "source_resized";
  camera: string;
  width: number;
  height: number;
}

export interface SourceFailed {
  type: "source_failed";
  camera: string;
  cause: FailureCause;
  message: string;
  /** Failures in a row, this one included. */
  attempts: number;
  /** Null when there will be no other attempt. */
  nextRetryMs: number | null;
  /** UTC milliseconds since when there are no frames. */
  since: number;
  exitCode: number | null;
  signal: string | null;
  /** Last lines of stderr, without secrets. */
  stderr: readonly string[];
}

/** A file has been read to its end. */
interface SourceEnded {
  type: "source_ended";
  camera: string;
}

/** A file lacks parts of what it should hold. */
interface SourceDamaged {
  type: "source_damaged";
  camera: string;
  /** ffmpeg's words. */
  line: string;
}

/** The decoder could not copy the packets of the stream; it goes on without. */
interface PacketsRefused {
  type: "packets_refused";
  camera: string;
  message: string;
}

export type ReportStreamEvent = (event: StreamEvent) => void;

/** The event of a failed attempt; its facts are in the details of the error. */
export function sourceFailed(camera: string, { error, ...attempt }: FailedAttempt): SourceFailed {
  const { cause, exitCode, signal, stderr } = error.details;
  return {
    type: "source_failed",
    camera,
    cause: isFailureCause(cause) ? cause : "decoder_failed",
    message: error.message,
    ...attempt,
    exitCode: typeof exitCode === "number" ? exitCode : null,
    signal: typeof signal === "string" ? signal : null,
    stderr: Array.isArray(stderr) ? stderr.map(String) : [],
  };
}
