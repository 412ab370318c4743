import type { Clock } from "../../base/clock.ts";

export interface RepeatsSettings<T> {
  /** `leftOut` counts the suppressed ones since the last report. */
  tell: (one: T, leftOut: number) => void;
  clock?: Clock;
}

/** How long a key is held back after it was reported, for the first time, the second, and so on: in the end an hour. */
const HOLDS_MS = [10_000, 60_000, 600_000, 600_000, 600_000, 3_600_000];
/** A key that did not come for this long, or whose fault was over for this long, begins as if it never had. */
const QUIET_MS = 600_000;
const HEALED_MS = 60_000;

/** Its timers do not keep the process alive. */
const UNREFERENCED: Clock = {
  now: () => performance.now(),
  after(delayMs, action) {
    const timer = setTimeout(action, delayMs).unref();
    return () => clearTimeout(timer);
  },
};

interface Held<T> {
  reported: number;
  count: number;
  last: T | null;
  lastAt: number;
  healedAt: number | null;
  cancel: () => void;
}

/** Rate-limits what repeats: reports it ever less often, with the number of suppressed ones. */
export class Repeats<T> {
  readonly #tell: RepeatsSettings<T>["tell"];
  readonly #clock: Clock;
  readonly #held = new Map<string, Held<T>>();

  constructor({ tell, clock = UNREFERENCED }: RepeatsSettings<T>) {
    this.#tell = tell;
    this.#clock = clock;
  }

  add(key: string, one: T): void {
    const now = this.#clock.now();
    const held = this.#held.get(key);
    const hasHealed = held?.healedAt != null && now - held.healedAt >= HEALED_MS;
    if (held === undefined || hasHealed) {
      if (held !== undefined) this.#forget(key, held);
      this.#tell(one, 0);
      this.#hold(key, { reported: 0, count: 0, last: null, lastAt: now, healedAt: null, cancel: () => {} });
      return;
    }
    Object.assign(held, { last: one, lastAt: now, healedAt: null, count: held.count + 1 });
  }

  /** The faults whose keys begin so are over: when they stay so for a while, the next one is reported at once. */
  heal(prefix: string): void {
    for (const [key, held] of this.#held) if (key.startsWith(prefix)) held.healedAt ??= this.#clock.now();
  }

  /** True when the last one of such a key was suppressed. */
  holds(prefix: string): boolean {
    return [...this.#held].some(([key, { last }]) => key.startsWith(prefix) && last !== null);
  }

  /** Reports what is held back of the keys that begin so; the next one of each is reported at once. */
  renew(prefix: string): void {
    for (const [key, held] of this.#held) if (key.startsWith(prefix)) this.#forget(key, held);
  }

  /** Reports what is still held back. */
  close(): void {
    this.renew("");
  }

  #hold(key: string, held: Held<T>): void {
    const ms = HOLDS_MS[Math.min(held.reported, HOLDS_MS.length - 1)] ?? QUIET_MS;
    this.#held.set(key, { ...held, cancel: this.#clock.after(ms, () => this.#release(key)) });
  }

  #release(key: string): void {
    const held = this.#held.get(key);
    if (held === undefined) return;
    const isOver = held.last === null && this.#clock.now() - held.lastAt >= QUIET_MS;
    if (isOver) this.#held.delete(key);
    else this.#hold(key, { ...held, reported: held.reported + (this.#reportLast(held) ? 1 : 0), last: null, count: 0 });
  }

  #forget(key: string, held: Held<T>): void {
    held.cancel();
    this.#reportLast(held);
    this.#held.delete(key);
  }

  #reportLast({ last, count }: Held<T>): boolean {
    if (last === null) return false;
    this.#tell(last, count - 1);
    return true;
  }
}
