import { Readable } from "node:stream";
import ffmpeg from "fluent-ffmpeg";
import { messageOf, SourceError } from "../../base/errors.ts";
import type { Cut } from "./packet-ring.ts";

/** Longest time that the disk may take. */
const DEADLINE_S = 60;

/** Writes packets as an MP4 file that plays while it loads. Nothing is decoded, and it is beside the path of frames. */
export function writeClip(cut: Cut, { ffmpegPath, path }: { ffmpegPath: string; path: string }): Promise<void> {
  // Players of Apple know H.265 by this name alone.
  const tag = cut.codec === "hevc" ? ["-tag:v", "hvc1"] : [];
  return new Promise((resolve, reject) => {
    ffmpeg(Readable.from(cut.chunks, { objectMode: false }), { timeout: DEADLINE_S })
      .setFfmpegPath(ffmpegPath)
      .inputFormat("mpegts")
      .outputOptions(["-map", "0:v:0", "-c", "copy", ...tag, "-movflags", "+faststart", "-f", "mp4"])
      .on("error", (error) => reject(failed(path, error)))
      .on("end", () => resolve())
      .save(path);
  });
}

function failed(path: string, error: unknown): SourceError {
  const message = `"${path}" cannot be written: ${messageOf(error)}`;
  return new SourceError("CLIP_FAILED", message, { path }, { cause: error });
}
