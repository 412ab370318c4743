import type { CameraSource } from "./camera-source.ts";

export interface EncoderSettings {
  source: CameraSource;
  /** UDP port on loopback; RTCP goes to the next. */
  rtpPort: number;
  /** Upper bound of the bit rate. */
  bitrateKbps: number;
  /** Seconds from keyframe to keyframe. */
  groupS: number;
}

/** The ffmpeg command line of a camera: H.264 without B-frames, parameter sets ahead of each keyframe, RTP by UDP. */
export function encoderArguments({ source, rtpPort, ...settings }: EncoderSettings): string[] {
  return [
    ...QUIETLY,
    ...inputArguments(source),
    ...["-an", "-sn", "-dn"],
    ...(source.kind === "encoded" ? COPIED : encoded(settings)),
    ...["-f", "rtp", `rtp://127.0.0.1:${rtpPort}?rtcpport=${rtpPort + 1}&pkt_size=1200`],
  ];
}

/** The ffmpeg command line that writes a file for a source whose packets go out as they are, from a video once through. */
export function clipArguments(
  { file, fps, seconds }: { file: string; fps: number; seconds: number },
  { path, ...settings }: Omit<EncoderSettings, "source" | "rtpPort"> & { path: string },
): string[] {
  const input = ["-nostdin", "-stream_loop", "-1", "-t", String(seconds), "-i", file];
  // Matroska does not need a steady rate, so frames would not be repeated for it.
  const filters = ["-vf", `${EVEN_SIZE},fps=${fps}`];
  return [...QUIETLY, ...input, ...filters, "-an", "-sn", "-dn", ...encoded(settings), "-f", "matroska", "-y", path];
}

const QUIETLY = ["-hide_banner", "-loglevel", "warning", "-nostats"];

/** Without a filter of the bit stream, which would end at the end of the file. */
const COPIED = ["-c:v", "copy"];

function encoded({ bitrateKbps, groupS }: Pick<EncoderSettings, "bitrateKbps" | "groupS">): string[] {
  return [
    ...["-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency"],
    ...["-pix_fmt", "yuv420p", "-bf", "0", "-threads", "1"],
    ...["-force_key_frames", `expr:gte(t,n_forced*${groupS})`, "-g", "100000", "-sc_threshold", "0"],
    // The buffer of the rate control bounds the burst a keyframe is.
    ...["-crf", "23", "-maxrate", `${bitrateKbps}k`, "-bufsize", `${Math.ceil(bitrateKbps / 2)}k`],
    // With the sets in the header they appear in the session description too.
    ...["-flags", "+global_header", "-bsf:v", "dump_extra"],
  ];
}

function inputArguments(source: CameraSource): string[] {
  if (source.kind === "lavfi") return ["-nostdin", "-re", "-f", "lavfi", "-i", source.graph];
  if (source.kind === "drawn") return drawnArguments(source.width, source.height, source.fps);
  if (source.kind === "encoded") return ["-nostdin", "-re", "-stream_loop", "-1", "-i", source.file];
  const rate = source.fps === undefined ? [] : ["-r", String(source.fps)];
  return ["-nostdin", "-re", "-stream_loop", "-1", "-i", source.file, "-vf", EVEN_SIZE, ...rate];
}

/** H.264 with 4:2:0 colours has no odd sizes. */
const EVEN_SIZE = "scale=trunc(iw/2)*2:trunc(ih/2)*2";

/**
 * Frames are stamped when they arrive, in milliseconds, and the output's rate fills the gap of a late one:
 * time in the video stays the time of the wall. Probing is off, for it would hold frames back.
 */
function drawnArguments(width: number, height: number, fps: number): string[] {
  return [
    ...["-probesize", "32", "-analyzeduration", "0", "-use_wallclock_as_timestamps", "1"],
    ...["-f", "rawvideo", "-pix_fmt", "rgb24", "-video_size", `${width}x${height}`, "-framerate", "1000"],
    ...["-i", "pipe:0", "-r", String(fps)],
  ];
}
