import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";

export const PICTURE = { width: 160, height: 120 };

const QUIETLY = ["-nostdin", "-hide_banner", "-loglevel", "error"];
/** Without these ffmpeg studies a stream for seconds before it shows the first picture. */
const AT_ONCE = ["-probesize", "5000", "-analyzeduration", "100000", "-fflags", "nobuffer"];

/** An ffmpeg that watches a camera of 160x120. */
export interface FfmpegClient {
  readonly child: ChildProcess;
  /** Grey pictures received so far. */
  frames(): Buffer[];
  /** Resolves with true at so many frames, with false when the client ended before. */
  received(count: number): Promise<boolean>;
  /** Resolves when it ended, with what it wrote to stderr. */
  readonly ended: Promise<{ code: number | null; stderr: string }>;
}

/** Starts watching; `options` are ffmpeg's, ahead of the input. */
export function watch(
  program: string,
  url: string,
  options: string[] = [],
  outputOptions: string[] = [],
): FfmpegClient {
  const output = [...outputOptions, "-pix_fmt", "gray", "-f", "rawvideo", "pipe:1"];
  const args = [...QUIETLY, ...AT_ONCE, ...options, "-i", url, ...output];
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
  let stderr = "";
  const chunks: Buffer[] = [];
  child.stderr.on("data", (text) => {
    stderr += text;
  });
  child.stdout.on("data", (chunk) => chunks.push(chunk));
  const ended = once(child, "close").then(([code]) => ({ code: code as number | null, stderr }));
  const frames = () => cut(Buffer.concat(chunks));
  const received = (count: number) => reached(() => frames().length >= count, child);
  return { child, frames, received, ended };
}

/** Takes so many frames and ends. */
export async function pull(program: string, url: string, { count, transport }: { count: number; transport: string }) {
  const client = watch(program, url, ["-rtsp_transport", transport], ["-frames:v", String(count)]);
  const { code, stderr } = await client.ended;
  return { code, stderr, frames: client.frames() };
}

async function reached(isReached: () => boolean, child: ChildProcess): Promise<boolean> {
  while (!isReached()) {
    if (child.exitCode !== null || child.signalCode !== null) return false;
    await Promise.race([once(child.stdout ?? child, "data"), once(child, "close")]);
  }
  return true;
}

function cut(bytes: Buffer): Buffer[] {
  const size = PICTURE.width * PICTURE.height;
  return Array.from({ length: Math.floor(bytes.length / size) }, (_, i) => bytes.subarray(i * size, (i + 1) * size));
}
