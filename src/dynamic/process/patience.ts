/** What happens when a wait has taken so long. */
export interface Stage {
  afterMs: number;
  call: () => void;
}

interface Wait {
  startedAt: number;
  stages: readonly Stage[];
  /** Stages that have been called. */
  called: number;
}

/** Watches one wait after the other with one timer: nearly all are over before it could ring, and timers cost more than such a wait. */
export class Patience {
  #wait: Wait | null = null;
  #timer: NodeJS.Timeout | null = null;
  #timerMs = 0;

  /** Stages come in the order of their times. Until the end of the wait the process does not end. */
  begin(stages: readonly Stage[]): void {
    this.#wait = { startedAt: performance.now(), stages, called: 0 };
    this.#arm(stages[0]?.afterMs ?? 0);
  }

  end(): void {
    this.#wait = null;
    this.#timer?.unref();
  }

  #arm(ms: number): void {
    if (this.#timer !== null && this.#timerMs === ms) {
      this.#timer.refresh().ref();
      return;
    }
    clearTimeout(this.#timer ?? undefined);
    this.#timerMs = ms;
    this.#timer = setTimeout(() => this.#ring(), ms);
  }

  /** What has arrived meanwhile is looked at first: this thread may have been busy itself. */
  #ring(): void {
    const wait = this.#wait;
    if (wait === null) return;
    setImmediate(() => {
      if (wait !== this.#wait) return;
      wait.stages[wait.called++]?.call();
      const next = wait.stages[wait.called];
      if (next !== undefined) this.#arm(Math.max(1, wait.startedAt + next.afterMs - performance.now()));
    });
  }
}
