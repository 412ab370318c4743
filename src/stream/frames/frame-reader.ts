import { BugError } from "../../base/errors.ts";
import type { ChildPipe } from "../ffmpeg/child-pipes.ts";
import { NutParser, type NutSink } from "./nut.ts";

/** Reads one rendition from a pipe into the memory its sink names. */
export interface FrameReader {
  /** Goes on after the sink answered `wait`. */
  resume(): void;
  close(): void;
  /** Resolves at the end of the stream or on `close`, rejects when the stream is damaged or the sink throws. */
  readonly ended: Promise<void>;
}

/** Takes over a pipe. */
export function openFrameReader(pipe: Pick<ChildPipe, "read">, sink: NutSink): FrameReader {
  const parser = new NutParser(sink);
  let isWaiting = false;
  const socket = pipe.read({
    buffer: () => parser.target(),
    callback: (count) => parse(() => parser.advance(count)),
  });
  const ended = new Promise<void>((resolve, reject) => {
    socket.on("error", reject);
    socket.on("close", () => resolve());
  });

  /** The sink may cause a `resume` while it is being asked, so waiting begins only after its answer. */
  function parse(step: () => boolean): boolean {
    isWaiting = false;
    try {
      isWaiting = !step();
      return !isWaiting;
    } catch (error) {
      socket.destroy(error instanceof Error ? error : new BugError(String(error)));
      return false;
    }
  }

  return {
    resume() {
      if (isWaiting && !socket.destroyed && parse(() => parser.resume())) socket.resume();
    },
    close: () => void socket.destroy(),
    ended,
  };
}
