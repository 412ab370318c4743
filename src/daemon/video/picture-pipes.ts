import { openThread, type Thread } from "../../engine/thread.ts";
import { workerEntry } from "../../engine/worker-entry.ts";
import type { PipeTask } from "./picture-pipe-worker.ts";

/** A piece of shared memory. */
export interface Place {
  memory: SharedArrayBuffer;
  offset: number;
  bytes: number;
}

/** The pipe of one encoder. */
export interface PicturePipe {
  /** Null when the encoder has taken all of it; else why it has not. */
  write(place: Place): Promise<string | null>;
  close(): Promise<void>;
}

/** The thread that writes to the pipes of all encoders; it starts with the first one. */
export interface PicturePipes {
  /** Takes over the descriptor. */
  open(fd: number): PicturePipe;
  close(): Promise<void>;
}

/** Each pipe has one write under way at most. */
const MOST_PIPES = 64;
const CLOSE_MS = 500;

export function openPicturePipes(): PicturePipes {
  let thread: Thread | null = null;
  let pipes = 0;
  function started(): Thread {
    const entry = workerEntry("daemon/video/picture-pipe-worker");
    const most = { concurrency: MOST_PIPES, maxQueue: 2 * MOST_PIPES };
    thread ??= openThread({ ...entry, workerData: null, ...most });
    return thread;
  }

  return {
    open(fd) {
      const { run: ask } = started();
      const pipe = ++pipes;
      const run = (task: PipeTask) => ask<string | null>(task).catch((error) => String(error));
      return {
        write: (place) => run({ type: "write", pipe, fd, ...place }),
        async close() {
          await run({ type: "close", pipe, fd });
        },
      };
    },
    async close() {
      await thread?.close(CLOSE_MS);
      thread = null;
    },
  };
}
