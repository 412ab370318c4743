import { Readable } from "node:stream";
import { messageOf, SourceError } from "../../base/errors.ts";
import type { Cut } from "./packet-ring.ts";

/** Longest time that the disk may take. */
const DEADLINE_S = 60;

export interface ClipFile {
  ffmpegPath: string;
  path: string;
  /** Gives up: ffmpeg is killed, and the writing fails with the reason. */
  signal: AbortSignal;
}

/** Writes packets as an MP4 file that plays while it loads. Nothing is decoded, and it is beside the path of frames. */
export async function writeClip(cut: Cut, { ffmpegPath, path, signal }: ClipFile): Promise<void> {
  const { default: ffmpeg } = await import("fluent-ffmpeg");
  signal.throwIfAborted();
  // Players of Apple know H.265 by this name alone.
  const tag = cut.codec === "hevc" ? ["-tag:v", "hvc1"] : [];
  const command = ffmpeg(Readable.from(cut.chunks, { objectMode: false }), { timeout: DEADLINE_S })
    .setFfmpegPath(ffmpegPath)
    .inputFormat("mpegts")
    .outputOptions(["-map", "0:v:0", "-c", "copy", ...tag, "-movflags", "+faststart", "-f", "mp4"]);
  const giveUp = () => command.kill("SIGKILL");
  signal.addEventListener("abort", giveUp, { once: true });
  try {
    await new Promise<void>((resolve, reject) => {
      command
        // It asks what ffmpeg can do before it starts it.
        .on("start", () => signal.aborted && giveUp())
        .on("error", reject)
        .on("end", () => resolve())
        .save(path);
    });
  } catch (error) {
    signal.throwIfAborted();
    throw failed(path, error);
  } finally {
    signal.removeEventListener("abort", giveUp);
  }
}

function failed(path: string, error: unknown): SourceError {
  const message = `"${path}" cannot be written: ${messageOf(error)}`;
  return new SourceError("CLIP_FAILED", message, { path }, { cause: error });
}
