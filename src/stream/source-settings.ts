/** All frames, those that other frames refer to, or those that need no other. */
export type DecodedFrames = "all" | "referenced" | "keyframes";

/** How to open one camera or file. */
export interface SourceSettings {
  /** RTSP, HTTP or other URL without user name and password, `v4l2:///dev/video0` or `/dev/video0`, or the path of a file. */
  url: string;
  transport: "tcp" | "udp";
  /** Of rtsps and https: whether the certificate must be valid, and a PEM file with the authority it may be of. */
  tls?: { verify: boolean; caFile?: string };
  username?: string;
  password?: string;
  /** Files only: as fast as a camera would send them, or as fast as they can be decoded. */
  pace: "realtime" | "fast";
  /** Files only: begin again at the end. */
  loop: boolean;
  /** Frames beyond this rate are left out before they are counted. */
  maxFps?: number;
  /** Which frames are decoded; `auto`, all but where fewer give the same rate. Those of `maxFps` are chosen among them. */
  decode?: DecodedFrames | "auto";
  /** Seconds between two of the frames that are decoded, where they come evenly. */
  decodedEveryS?: number;
  /** ffmpeg options that go before the input, such as a hardware decoder. */
  inputArguments?: readonly string[];
  /** Threads of the decoder; ffmpeg's choice when absent. */
  threads?: number;
  /** Time for the first frame to arrive, and the longest time without one afterwards. */
  connectTimeoutMs: number;
  stallTimeoutMs: number;
  /** Time for the first frame while packets come, a minute by default: keyframes may be far apart. */
  keyframeTimeoutMs?: number;
}

export type InputKind = "rtsp" | "http" | "v4l2" | "file" | "network";

export function inputKind(url: string): InputKind {
  if (/^rtsps?:\/\//i.test(url)) return "rtsp";
  if (/^https?:\/\//i.test(url)) return "http";
  if (/^v4l2:\/\/|^\/dev\/video/i.test(url)) return "v4l2";
  return /^(?!file:)[a-z][a-z0-9+.-]+:\/\//i.test(url) ? "network" : "file";
}

/** True for live sources, which continue whether they are read or not. */
export function isLive(settings: Pick<SourceSettings, "url">): boolean {
  return inputKind(settings.url) !== "file";
}
