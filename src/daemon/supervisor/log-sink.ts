import type { Writable } from "node:stream";

/** Bytes that may wait for the reader of the log; more is dropped and counted. */
const MOST_BYTES = 1024 * 1024;

export interface LogSink {
  /** Never waits and never throws, whether the text is read or not. */
  write(text: string): void;
}

/** A log that its reader cannot stop: one that reads no more costs lines, and one that is gone costs all of them, but no frames. */
export function openLogSink(stream: Writable, leftOut: (count: number) => void, mostBytes = MOST_BYTES): LogSink {
  let isGone = false;
  let lost = 0;
  stream.on("error", () => {
    isGone = true;
  });
  stream.on("drain", () => {
    const count = lost;
    lost = 0;
    if (count > 0) leftOut(count);
  });
  return {
    write(text) {
      if (isGone) return;
      if (stream.writableLength + text.length > mostBytes) lost++;
      else stream.write(text);
    },
  };
}
