import { PassThrough } from "node:stream";
import ffmpeg from "fluent-ffmpeg";
import { messageOf, SourceError } from "../../base/errors.ts";

/** Makes a video file of JPEG pictures. */
export interface VideoWriter {
  /** Resolves when the encoder can take more; rejects when it has failed. */
  write(jpeg: Uint8Array): Promise<void>;
  /** Resolves when the file is complete. */
  close(): Promise<void>;
}

export interface VideoWriterSettings {
  ffmpegPath: string;
  path: string;
  fps: number;
}

/** Not on the path of frames, so fluent-ffmpeg may look after the process. */
export function openVideoWriter({ ffmpegPath, path, fps }: VideoWriterSettings): VideoWriter {
  const pictures = new PassThrough();
  const done = new Promise<void>((resolve, reject) => {
    ffmpeg(pictures)
      .setFfmpegPath(ffmpegPath)
      .inputFormat("mjpeg")
      .inputOptions(["-framerate", String(fps)])
      .outputOptions(["-pix_fmt", "yuv420p", "-movflags", "+faststart"])
      // Encoders of H.264 need even sizes.
      .videoFilters("pad=ceil(iw/2)*2:ceil(ih/2)*2")
      .on("error", (error) => reject(failed(path, error)))
      .on("end", () => resolve())
      .save(path);
  });
  done.catch(() => pictures.destroy());
  return {
    async write(jpeg) {
      if (pictures.destroyed) await done;
      if (pictures.write(jpeg)) return;
      await Promise.race([new Promise((resolve) => pictures.once("drain", resolve)), done]);
    },
    async close() {
      pictures.end();
      await done;
    },
  };
}

function failed(path: string, error: unknown): SourceError {
  return new SourceError(
    "VIDEO_WRITER_FAILED",
    `"${path}" cannot be written: ${messageOf(error)}`,
    { path },
    { cause: error },
  );
}
