import type { ChildProcess } from "node:child_process";
import { messageOf, SourceError } from "../../base/errors.ts";
import { within } from "../../base/within.ts";
import { killWithCertainty, spawnBound } from "../../stream/ffmpeg/bound-child.ts";
import type { CameraSource } from "../camera-source.ts";
import { encoderArguments } from "../encoder-arguments.ts";
import { paceFrames } from "../frame-pacer.ts";
import { openUdpPair } from "./udp-pair.ts";

export interface RtpFeedSettings {
  ffmpegPath: string;
  source: CameraSource;
  /** Upper bound of the bit rate. */
  bitrateKbps: number;
  /** Seconds from keyframe to keyframe. */
  groupS: number;
  onRtp: (packet: Buffer) => void;
  onRtcp: (packet: Buffer) => void;
}

/** A running encoder whose packets arrive on a UDP port of ours. */
export interface RtpFeed {
  /** Session description as ffmpeg printed it. */
  readonly sdp: string;
  readonly encoderPid: number;
  /** Resolves when the encoder ended without `close`. */
  readonly failed: Promise<SourceError>;
  close(): Promise<void>;
}

const START_TIMEOUT_MS = 20_000;
const GRACE_MS = 1000;
const STDERR_TAIL = 2000;

/** Starts ffmpeg and waits for its session description; a SourceError tells why there is none. */
export async function openRtpFeed(settings: RtpFeedSettings): Promise<RtpFeed> {
  const udp = await openUdpPair("127.0.0.1");
  udp.rtp.on("message", settings.onRtp);
  udp.rtcp.on("message", settings.onRtcp);
  const encoder = startEncoder(settings, udp.ports[0]);
  const end = async () => {
    encoder.ending.abort();
    await killWithCertainty(encoder.child, GRACE_MS);
    udp.close();
  };
  let ended: Promise<void> | undefined;
  const close = () => {
    ended ??= end();
    return ended;
  };
  try {
    const sdp = await readSdp(encoder);
    // A child without an id never started and has failed above.
    return { sdp, encoderPid: encoder.child.pid ?? Number.NaN, failed: encoder.failed, close };
  } catch (error) {
    await close();
    throw error;
  }
}

interface Encoder {
  child: ChildProcess;
  /** Aborted when the encoder is to end. */
  ending: AbortController;
  failed: Promise<SourceError>;
}

function startEncoder({ ffmpegPath, source, bitrateKbps, groupS }: RtpFeedSettings, rtpPort: number): Encoder {
  const child = spawnBound(ffmpegPath, encoderArguments({ source, rtpPort, bitrateKbps, groupS }), "pipe");
  const ending = new AbortController();
  const failed = new Promise<SourceError>((resolve) => {
    const fail = (reason: string) => {
      if (!ending.signal.aborted) resolve(new SourceError("CAMERA_ENCODER_FAILED", reason));
    };
    watchEnd(child, fail);
    if (source.kind !== "drawn" || child.stdin === null) return;
    paceFrames(source, child.stdin, ending.signal).catch((error) => fail(`drawing failed: ${messageOf(error)}`));
  });
  return { child, ending, failed };
}

function watchEnd(child: ChildProcess, fail: (reason: string) => void): void {
  let lastLines = "";
  child.stderr?.on("data", (text) => {
    lastLines = `${lastLines}${text}`.slice(-STDERR_TAIL);
  });
  child.once("error", (error) => fail(`the encoder cannot be started: ${error.message}`));
  child.once("close", (code, signal) =>
    fail(`the encoder ended (${signal ?? `exit code ${code}`}): ${lastLines.trim()}`),
  );
}

/** ffmpeg prints the description when the first frame is encoded; the line with the parameter sets is its last. */
function readSdp({ child, failed }: Encoder): Promise<string> {
  const description = new Promise<string>((resolve, reject) => {
    let text = "";
    child.stdout?.on("data", (chunk) => {
      text += chunk;
      const end = /^a=fmtp:[^\n]*\n/m.exec(text);
      if (end !== null) resolve(text.slice(0, end.index + end[0].length));
    });
    failed.then(reject, reject);
  });
  const late = () => new SourceError("CAMERA_ENCODER_FAILED", "the encoder sent nothing in time");
  return within(START_TIMEOUT_MS, description, late);
}
