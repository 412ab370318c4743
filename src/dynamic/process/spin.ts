import { readSync } from "node:fs";

/** An answer that comes within this time is waited for awake: to be woken from sleep takes longer than most calls. */
const SHORT_MS = 0.4;
/** So much of one turn of the event loop may go by like that. */
const MOST_MS_A_TURN = 2;
const CHUNK_BYTES = 65_536;

/** Looks for what arrives at a descriptor that does not block, before the event loop would, for as long as answers come soon. */
export class Spin {
  readonly #chunk = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  #isWorthIt = false;

  /** Records how long the last answer took. */
  answered(ms: number): void {
    this.#isWorthIt = ms < SHORT_MS;
  }

  /** Hands over what arrives until `take` says that this was all, or the time is over. */
  wait(descriptor: number, take: (bytes: Uint8Array<ArrayBuffer>) => boolean): void {
    if (!this.#isWorthIt || turn.spentMs > MOST_MS_A_TURN) return;
    const startedAt = performance.now();
    let nowMs = startedAt;
    for (let isDone = false; !isDone && nowMs < startedAt + SHORT_MS; nowMs = performance.now()) {
      const count = readNow(descriptor, this.#chunk);
      if (count > 0) isDone = take(new Uint8Array(this.#chunk.subarray(0, count)));
      // Its end is reported by the event loop.
      else isDone = count === 0;
    }
    spend(nowMs - startedAt);
  }
}

/** Of this thread. */
const turn = { spentMs: 0 };

function spend(ms: number): void {
  if (turn.spentMs === 0) {
    setImmediate(() => {
      turn.spentMs = 0;
    });
  }
  turn.spentMs += ms;
}

/** Number of bytes that were there, 0 at the end of the stream, -1 when there is nothing yet. */
function readNow(descriptor: number, chunk: Uint8Array): number {
  // To say that nothing is there Node makes an error, whose stack would cost more than the look.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return readSync(descriptor, chunk);
  } catch {
    return -1;
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}
