import type { OnError } from "../blocks/contract/code.ts";
import type { StandIn } from "./batch.ts";

const FAILURES_IN_A_ROW = 5;
const SUSPENDED_MS = 5000;

/** The fallback of a step that fails: what replaces its outputs, and when it is suspended. */
export class Recovery {
  readonly #onError: Exclude<OnError, "fail">;
  readonly #last = new Map<string, { result: unknown; atMs: number }>();
  #inARow = 0;
  #suspendedUntil = 0;

  constructor(onError: Exclude<OnError, "fail">) {
    this.#onError = onError;
  }

  /** Failed too often in a row: it is not called for a while. */
  isSuspended(nowMs: number): boolean {
    return nowMs < this.#suspendedUntil;
  }

  succeeded(stateKey: string, result: unknown, nowMs: number): void {
    this.#inARow = 0;
    if (this.#onError === "last") this.#last.set(stateKey, { result, atMs: nowMs });
  }

  /** Gives what replaces the outputs, and how long the step is suspended if it failed too often. */
  failed(stateKey: string, nowMs: number): StandIn {
    const last = this.#last.get(stateKey);
    const standIn: StandIn = last === undefined ? { outputs: "empty" } : { outputs: "last", ageMs: nowMs - last.atMs };
    this.#inARow++;
    if (this.#inARow < FAILURES_IN_A_ROW) return standIn;
    // One more failure after the pause suspends it again.
    this.#inARow = FAILURES_IN_A_ROW - 1;
    this.#suspendedUntil = nowMs + SUSPENDED_MS;
    return { ...standIn, pausedMs: SUSPENDED_MS };
  }

  /** The fallback result of an element; undefined makes its outputs empty. */
  answer(stateKey: string): unknown {
    return this.#last.get(stateKey)?.result;
  }

  forget(stateKey: string): void {
    this.#last.delete(stateKey);
  }
}
