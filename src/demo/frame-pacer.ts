import type { Writable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import type { DrawnSource } from "./camera-source.ts";

/**
 * Writes a drawn source as raw video until `signal` or the end of `sink`. Frame `i` is due `i / fps` seconds after the
 * start; when drawing or the reader is late, the indexes missed meanwhile are skipped.
 */
export async function paceFrames(source: DrawnSource, sink: Writable, signal: AbortSignal): Promise<void> {
  const rgb = new Uint8Array(source.width * source.height * 3);
  const intervalMs = 1000 / source.fps;
  const startMs = performance.now();
  const sinceStartMs = () => performance.now() - startMs;
  sink.on("error", () => {});
  for (let index = 0; !signal.aborted && sink.writable; index = nextIndex(index, sinceStartMs() / intervalMs)) {
    await sleep(index * intervalMs - sinceStartMs(), signal);
    source.draw(index, rgb);
    if (!signal.aborted) await write(sink, rgb);
  }
}

function nextIndex(index: number, dueIndex: number): number {
  return Math.max(index + 1, Math.floor(dueIndex));
}

async function sleep(timeMs: number, signal: AbortSignal): Promise<void> {
  if (timeMs > 0) await delay(timeMs, undefined, { signal }).catch(() => {});
}

/** The reader's pace is ours: the one buffer is drawn over only when its bytes are gone. */
async function write(sink: Writable, bytes: Uint8Array): Promise<void> {
  await new Promise<void>((resolve) => sink.write(bytes, () => resolve()));
}
