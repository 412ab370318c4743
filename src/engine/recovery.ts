import { type Clock, systemClock } from "../base/clock.ts";
import { RetryGate } from "../base/retry-gate.ts";
import type { OnError } from "../blocks/contract/code.ts";
import type { StandIn } from "./batch.ts";

/** The fifth failure in a row suspends a step, and so does the next one after the pause. */
const SUSPENSION = { freeFailures: 4, firstMs: 5000, longestMs: 5000 };

/** The fallback of a step that fails: what replaces its outputs, and when it is suspended. */
export class Recovery {
  readonly #onError: Exclude<OnError, "fail">;
  readonly #last = new Map<string, { result: unknown; atMs: number }>();
  readonly #clock: Pick<Clock, "now">;
  readonly #gate: RetryGate;

  constructor(onError: Exclude<OnError, "fail">, clock: Pick<Clock, "now"> = systemClock) {
    this.#onError = onError;
    this.#clock = clock;
    this.#gate = new RetryGate(SUSPENSION, { clock });
  }

  /** Failed too often in a row: it is not called for a while. */
  isSuspended(): boolean {
    return this.#gate.waitMs() > 0;
  }

  succeeded(stateKey: string, result: unknown): void {
    this.#gate.succeeded();
    if (this.#onError === "last") this.#last.set(stateKey, { result, atMs: this.#clock.now() });
  }

  /** Gives what replaces the outputs, and how long the step is suspended if it failed too often. */
  failed(stateKey: string): StandIn {
    const last = this.#last.get(stateKey);
    const ageMs = last === undefined ? 0 : this.#clock.now() - last.atMs;
    const standIn: StandIn = last === undefined ? { outputs: "empty" } : { outputs: "last", ageMs };
    const pausedMs = this.#gate.failed();
    return pausedMs === 0 ? standIn : { ...standIn, pausedMs };
  }

  /** The fallback result of an element; undefined makes its outputs empty. */
  answer(stateKey: string): unknown {
    return this.#last.get(stateKey)?.result;
  }

  forget(stateKey: string): void {
    this.#last.delete(stateKey);
  }
}
