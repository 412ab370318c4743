import { killWithCertainty } from "../stream/ffmpeg/bound-child.ts";
import { startPictureProcess } from "../stream/ffmpeg/ffmpeg-process.ts";
import { openFrameReader } from "../stream/frames/frame-reader.ts";
import type { NutSink } from "../stream/frames/nut.ts";

/** A decoder whose frames are read and thrown away. */
export interface DiscardedFrames {
  /** Lets the decoder go on until so many frames have been read in all. */
  allow: (frames: number) => void;
  readonly read: number;
  close: () => Promise<void>;
}

/** Starts ffmpeg with a command line that writes one rendition, and before it what it tells of the size of each frame. */
export async function discardFrames(ffmpegPath: string, args: string[]): Promise<DiscardedFrames> {
  const outputs = args.filter((arg) => arg.startsWith("pipe:")).length;
  const { child, pipes } = await startPictureProcess(ffmpegPath, args, outputs);
  child.stderr?.resume();
  let allowed = 0;
  let read = 0;
  let memory = new Uint8Array();
  const pictures: NutSink = {
    stream: (width, height) => {
      memory = new Uint8Array(width * height * 3);
    },
    frame: () => (read < allowed ? memory : "wait"),
    frameEnd: () => void read++,
  };
  const readers = pipes.map((pipe, i) => openFrameReader(pipe, i === outputs - 1 ? pictures : SIZES));
  for (const reader of readers) reader.ended.catch(() => {});
  return {
    allow(frames) {
      if (frames <= allowed) return;
      allowed = frames;
      for (const reader of readers) reader.resume();
    },
    get read() {
      return read;
    },
    async close() {
      for (const reader of readers) reader.close();
      await killWithCertainty(child, 1500);
    },
  };
}

const SIZES: NutSink = { stream() {}, frame: () => "discard", frameEnd() {} };
