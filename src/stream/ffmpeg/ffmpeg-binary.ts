import { execFile } from "node:child_process";
import { access, chmod, constants } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { messageOf, SourceError } from "../../base/errors.ts";
import type { HostCache } from "../../base/host-cache.ts";
import { abilitiesOf, type FfmpegAbilities } from "./ffmpeg-abilities.ts";

/** An ffmpeg that runs, and what it can do. */
export interface FfmpegBinary extends FfmpegAbilities {
  path: string;
  origin: "config" | "system" | "embedded";
  version: string;
}

export interface ProbeOptions {
  signal?: AbortSignal | undefined;
  /** Keeps what a binary can do; without it each is asked. */
  cache?: HostCache;
}

/**
 * Finds ffmpeg: the configured path, else the first on PATH that runs, else the embedded one.
 * Throws `STREAM_FFMPEG_UNUSABLE`; a configured path that does not work is never replaced by another.
 */
export async function findFfmpeg(configuredPath?: string, options: ProbeOptions = {}): Promise<FfmpegBinary> {
  if (configuredPath !== undefined) return probeFfmpeg(configuredPath, "config", options);
  const failures: string[] = [];
  for (const path of systemPaths()) {
    const found = await probeFfmpeg(path, "system", options).catch((error) => void failures.push(messageOf(error)));
    if (found) return found;
  }
  const embedded = await embeddedPath().catch((error) => void failures.push(messageOf(error)));
  if (embedded !== undefined) return probeFfmpeg(embedded, "embedded", options);
  throw unusable("no ffmpeg found on PATH, and none is embedded for this platform", failures);
}

/** Runs the binary to learn its version, and a few times more where what it can do is not known. Throws `STREAM_FFMPEG_UNUSABLE`. */
export async function probeFfmpeg(
  path: string,
  origin: FfmpegBinary["origin"],
  { signal, cache }: ProbeOptions = {},
): Promise<FfmpegBinary> {
  // Each run listens twice, and Node warns of more than ten listeners.
  const own = signal === undefined ? undefined : AbortSignal.any([signal]);
  const run = (args: readonly string[]) => outputOf(path, args, own);
  // It also shows that the binary runs.
  const versionText = await run(["-version"]);
  const version = /^ffmpeg version (\S+)/.exec(versionText)?.[1];
  if (version === undefined) throw unusable(`"${path}" runs but is not ffmpeg`);
  const canResolve = () => canResolveHosts(path, own);
  const abilities = await abilitiesOf({ path, versionText }, { run, canResolveHosts: canResolve, cache });
  return { path, origin, version, ...abilities };
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

/** Port 1 refuses, which ends a healthy build with an exit code and a static one with a signal. Null where it had to be ended. */
async function canResolveHosts(path: string, signal: AbortSignal | undefined): Promise<boolean | null> {
  const args = ["-v", "quiet", "-nostdin", "-i", "tcp://localhost:1?timeout=1000000"];
  const failure: unknown = await promisify(execFile)(path, args, {
    timeout: 20_000,
    ...(signal === undefined ? {} : { signal }),
  }).catch((error) => error);
  signal?.throwIfAborted();
  if (failure instanceof Error && "killed" in failure && failure.killed === true) return null;
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
