import { join } from "node:path";
import type { VideoEncoder } from "./video-encoder.ts";

/** Where a video goes: pushed to an RTSP server (ANNOUNCE and RECORD), or as a playlist with segments in a folder. */
export type PushTarget = { to: "rtsp"; url: string } | { to: "hls"; folder: string };

export interface PushSettings {
  target: PushTarget;
  /** Size of the pictures that come. */
  size: { width: number; height: number };
  /** Frames a second of the video; pictures are repeated and left out by their arrival. */
  fps: number;
  /** Width of the video; null for that of the pictures. */
  width: number | null;
  bitrateKbps: number;
  encoder: VideoEncoder;
}

/** Descriptor that brings the pictures. */
const PICTURE_FD = 3;
/** Seconds of a segment, also between two keyframes: who begins to look waits so long at most. */
const SEGMENT_S = 2;
/** Segments in a playlist; three more stay on disk for who reads slowly. */
const SEGMENTS = 6;

/** Command line that encodes raw pictures as they come and sends them. */
export function pushArguments({ target, size, fps, width, bitrateKbps, encoder }: PushSettings): string[] {
  const global = ["-hide_banner", "-nostdin", "-nostats", "-loglevel", "warning", "-progress", "pipe:1"];
  const raw = ["-f", "rawvideo", "-pixel_format", "rgb24", "-video_size", `${size.width}x${size.height}`];
  const input = [...raw, "-framerate", `${fps}`, "-use_wallclock_as_timestamps", "1", "-i", `pipe:${PICTURE_FD}`];
  // Encoders of H.264 need even sizes.
  const scale = width === null ? "pad=ceil(iw/2)*2:ceil(ih/2)*2" : `scale=${2 * Math.ceil(width / 2)}:-2`;
  const filters = ["-vf", `fps=${fps},${scale},${encoder.filter}`];
  const rate = ["-b:v", `${bitrateKbps}k`, "-maxrate", `${bitrateKbps}k`, "-bufsize", `${2 * bitrateKbps}k`];
  const video = [
    "-c:v",
    encoder.name,
    ...encoder.options,
    ...rate,
    "-g",
    `${Math.max(1, Math.round(SEGMENT_S * fps))}`,
  ];
  return [...global, ...encoder.device, ...input, "-an", ...filters, ...video, ...outputArguments(target)];
}

function outputArguments(target: PushTarget): string[] {
  if (target.to === "rtsp") return ["-f", "rtsp", "-rtsp_transport", "tcp", target.url];
  const list = ["-hls_time", `${SEGMENT_S}`, "-hls_list_size", `${SEGMENTS}`, "-hls_delete_threshold", "3"];
  // Numbers that go on over restarts tell players that it is another part of the same stream.
  const numbers = ["-hls_start_number_source", "epoch"];
  const flags = ["-hls_flags", "delete_segments+omit_endlist+temp_file+independent_segments"];
  const names = ["-hls_segment_filename", join(target.folder, "segment-%d.ts"), join(target.folder, PLAYLIST)];
  return ["-f", "hls", ...list, ...numbers, ...flags, ...names];
}

const PLAYLIST = "index.m3u8";

/** Files of an encoder of HLS, whole or not. */
export const HLS_FILE = /^(segment-\d+\.ts|index\.m3u8)(\.tmp)?$/;
