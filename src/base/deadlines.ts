/** Many deadlines on one timer: few are ever reached, and arming a timer costs more than most calls. */
export class Deadlines {
  /** In the order of their times, the soonest first. */
  readonly #pending: Pending[] = [];
  #timer: NodeJS.Timeout | null = null;
  #rings = 0;

  /** Calls `expire` after the delay unless the result is called first; until then the process does not end by itself. */
  after(delayMs: number, expire: () => void): () => void {
    const pending: Pending = { at: performance.now() + delayMs, expire };
    this.#insert(pending);
    this.#arm();
    return () => this.#cancel(pending);
  }

  /** Most deadlines are equally long, so the place is nearly always the end. */
  #insert(pending: Pending): void {
    let at = this.#pending.length;
    while (at > 0 && (this.#pending[at - 1]?.at ?? 0) > pending.at) at--;
    this.#pending.splice(at, 0, pending);
  }

  #cancel(pending: Pending): void {
    const at = this.#pending.indexOf(pending);
    if (at >= 0) this.#pending.splice(at, 1);
    // A timer without deadlines keeps no process alive; it is left armed for the next one.
    if (this.#pending.length === 0) this.#timer?.unref();
  }

  #arm(): void {
    const soonest = this.#pending[0];
    if (soonest === undefined) return;
    if (this.#timer !== null && this.#rings <= soonest.at) {
      this.#timer.ref();
      return;
    }
    clearTimeout(this.#timer ?? undefined);
    this.#rings = soonest.at;
    this.#timer = setTimeout(() => this.#ring(), Math.max(1, soonest.at - performance.now()));
  }

  /** What has arrived meanwhile is handled first: this thread may have been busy itself. */
  #ring(): void {
    this.#timer = null;
    setImmediate(() => {
      const now = performance.now();
      while (this.#pending[0] !== undefined && this.#pending[0].at <= now) this.#pending.shift()?.expire();
      this.#arm();
    });
  }
}

interface Pending {
  at: number;
  expire: () => void;
}
