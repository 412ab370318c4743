import { execFile } from "node:child_process";
import { access, chmod, constants } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { messageOf, SourceError } from "../base/errors.ts";

/** An ffmpeg that runs, and what it can do. */
export interface FfmpegBinary {
  path: string;
  origin: "config" | "system" | "embedded";
  version: string;
  /** Name of the RTSP option for the I/O time-out: `timeout` from libavformat 59, `stimeout` before. */
  rtspTimeoutOption: "timeout" | "stimeout";
  frameRateModeOption: "fps_mode" | "vsync";
  /** Can leave frames at their size when it changes (`-autoscale 0`, from ffmpeg 4.4); otherwise they are scaled to the first one's. */
  keepsSizes: boolean;
  decoders: ReadonlySet<string>;
  hwaccels: readonly string[];
  /** Static builds of glibc programs crash when they look up a host name. */
  resolvesHosts: boolean;
}

/**
 * Finds ffmpeg: the configured path, else the first on PATH that runs, else the embedded one.
 * Throws `STREAM_FFMPEG_UNUSABLE`; a configured path that does not work is never replaced by another.
 */
export async function findFfmpeg(configuredPath?: string, signal?: AbortSignal): Promise<FfmpegBinary> {
  if (configuredPath !== undefined) return probeFfmpeg(configuredPath, "config", signal);
  const failures: string[] = [];
  for (const path of systemPaths()) {
    const found = await probeFfmpeg(path, "system", signal).catch((error) => void failures.push(messageOf(error)));
    if (found) return found;
  }
  const embedded = await embeddedPath().catch((error) => void failures.push(messageOf(error)));
  if (embedded !== undefined) return probeFfmpeg(embedded, "embedded", signal);
  throw unusable("no ffmpeg found on PATH, and none is embedded for this platform", failures);
}

/** Runs the binary a few times to learn its version and options. Throws `STREAM_FFMPEG_UNUSABLE`. */
export async function probeFfmpeg(
  path: string,
  origin: FfmpegBinary["origin"],
  signal?: AbortSignal,
): Promise<FfmpegBinary> {
  const run = (args: readonly string[]) => outputOf(path, args, signal);
  const version = /^ffmpeg version (\S+)/.exec(await run(["-version"]))?.[1];
  if (version === undefined) throw unusable(`"${path}" runs but is not ffmpeg`);
  const [rtsp, options, decoders, hwaccels, resolvesHosts] = await Promise.all([
    run(["-hide_banner", "-h", "demuxer=rtsp"]),
    run(["-hide_banner", "-h", "long"]),
    run(["-hide_banner", "-decoders"]),
    run(["-hide_banner", "-hwaccels"]),
    canResolveHosts(path, signal),
  ]);
  return {
    path,
    origin,
    version,
    rtspTimeoutOption: /^\s*-stimeout\b/m.test(rtsp) ? "stimeout" : "timeout",
    frameRateModeOption: /^\s*-fps_mode\b/m.test(options) ? "fps_mode" : "vsync",
    keepsSizes: /^\s*-autoscale\b/m.test(options),
    decoders: new Set(Array.from(decoders.matchAll(/^ [VAS][.A-Z]{5} (\S+)/gm), (match) => match[1] ?? "")),
    hwaccels: hwaccels
      .split("\n")
      .slice(1)
      .map((line) => line.trim())
      .filter(Boolean),
    resolvesHosts,
  };
}

async function outputOf(path: string, args: readonly string[], signal: AbortSignal | undefined): Promise<string> {
  try {
    const options = { timeout: 20_000, maxBuffer: 16e6, ...(signal === undefined ? {} : { signal }) };
    const { stdout } = await promisify(execFile)(path, args, options);
    return stdout;
  } catch (error) {
    // Killed: it did not answer in time, which a machine that is busy explains.
    throw unusable(`"${path}" cannot be run`, [messageOf(error)], (error as { killed?: boolean }).killed === true);
  }
}

/** Port 1 refuses, which ends a healthy build with an exit code and a static one with a signal. */
async function canResolveHosts(path: string, signal: AbortSignal | undefined): Promise<boolean> {
  const args = ["-v", "quiet", "-nostdin", "-i", "tcp://localhost:1?timeout=1000000"];
  const failure: unknown = await promisify(execFile)(path, args, {
    timeout: 20_000,
    ...(signal === undefined ? {} : { signal }),
  }).catch((error) => error);
  return !(failure instanceof Error && "signal" in failure && failure.signal !== null);
}

function systemPaths(): string[] {
  const folders = (process.env["PATH"] ?? "").split(delimiter).filter(Boolean);
  return folders.map((folder) => join(folder, "ffmpeg"));
}

/** The package throws on import where it has no binary; archives sometimes lose the permission to execute. */
async function embeddedPath(): Promise<string> {
  const { default: installer } = await import("@ffmpeg-installer/ffmpeg");
  await access(installer.path, constants.X_OK).catch(() => chmod(installer.path, 0o755));
  return installer.path;
}

function unusable(what: string, reasons: readonly string[] = [], isPassing = false): SourceError {
  const detail = reasons.length > 0 ? ` (${reasons.join("; ")})` : "";
  const message = `${what}${detail}; install ffmpeg 4 or later, or name a working one in the configuration`;
  return new SourceError("STREAM_FFMPEG_UNUSABLE", message, { cause: "decoder_failed", isPassing });
}
