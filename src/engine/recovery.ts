import type { OnError } from "../blocks/code.ts";

const FAILURES_IN_A_ROW = 5;
const SUSPENDED_MS = 5000;

/** How a step goes on after failures: what it answers, and when it is left alone for a while. */
export class Recovery {
  readonly #onError: Exclude<OnError, "fail">;
  readonly #last = new Map<string, unknown>();
  #inARow = 0;
  #suspendedUntil = 0;

  constructor(onError: Exclude<OnError, "fail">) {
    this.#onError = onError;
  }

  /** Failed too often in a row: it is not called for a while. */
  isSuspended(nowMs: number): boolean {
    return nowMs < this.#suspendedUntil;
  }

  succeeded(stateKey: string, result: unknown): void {
    this.#inARow = 0;
    if (this.#onError === "last") this.#last.set(stateKey, result);
  }

  failed(nowMs: number): void {
    this.#inARow++;
    if (this.#inARow < FAILURES_IN_A_ROW) return;
    // The next one after the pause decides.
    this.#inARow = FAILURES_IN_A_ROW - 1;
    this.#suspendedUntil = nowMs + SUSPENDED_MS;
  }

  /** What stands for the result of an element; undefined makes its outputs empty. */
  answer(stateKey: string): unknown {
    return this.#last.get(stateKey);
  }

  forget(stateKey: string): void {
    this.#last.delete(stateKey);
  }
}
