import type { FrameHandle } from "../../kinds/frame.ts";
import { openVideoWriter, type VideoWriter } from "../../stream/ffmpeg/video-writer.ts";

/** A video file and the output whose pictures it shows. */
export interface AnnotatedVideo {
  path: string;
  output: string;
}

export interface AnnotatedWriter {
  write(frame: FrameHandle, jpeg: Uint8Array | undefined): Promise<void>;
  close(): Promise<void>;
}

/**
 * The video gets a picture for every frame, so that it keeps the time of its film: where there is none, as the step failed or did not
 * run, the last one stays, and the first one begins early.
 */
export function openAnnotated(path: string, ffmpegPath: string): AnnotatedWriter {
  let video: VideoWriter | null = null;
  let last: Uint8Array | undefined;
  let missed = 0;
  return {
    async write({ fps }, jpeg = last) {
      if (jpeg === undefined) {
        missed++;
        return;
      }
      video ??= openVideoWriter({ ffmpegPath, path, fps: fps ?? 25 });
      for (; missed > 0; missed--) await video.write(jpeg);
      await video.write(jpeg);
      last = jpeg;
    },
    async close() {
      await video?.close();
    },
  };
}
