import { killWithCertainty } from "../stream/bound-child.ts";
import { startPictureProcess } from "../stream/ffmpeg-process.ts";
import { openFrameReader } from "../stream/frame-reader.ts";

/** A decoder whose frames are read and thrown away. */
export interface DiscardedFrames {
  /** Lets the decoder go on until so many frames have been read in all. */
  allow: (frames: number) => void;
  readonly read: number;
  close: () => Promise<void>;
}

/** Starts ffmpeg with a command line that writes one rendition. */
export async function discardFrames(ffmpegPath: string, args: string[]): Promise<DiscardedFrames> {
  const { child, readFds } = await startPictureProcess(ffmpegPath, args, 1);
  child.stderr?.resume();
  let allowed = 0;
  let read = 0;
  let memory = new Uint8Array();
  const reader = openFrameReader(readFds[0] ?? -1, {
    stream: (width, height) => {
      memory = new Uint8Array(width * height * 3);
    },
    frame: () => (read < allowed ? memory : "wait"),
    frameEnd: () => void read++,
  });
  reader.ended.catch(() => {});
  return {
    allow(frames) {
      if (frames <= allowed) return;
      allowed = frames;
      reader.resume();
    },
    get read() {
      return read;
    },
    async close() {
      reader.close();
      await killWithCertainty(child, 1500);
    },
  };
}
