/** Ends work that takes too long. Each batch of frames has one, so it is lighter than a signal to abort. */
export class Deadline {
  #isOver = false;
  #waiting: (() => void)[] = [];

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Calls `stop` when the time is over, at once if it is already. Returns what takes that back. */
  onOver(stop: () => void): () => void {
    if (this.#isOver) stop();
    else this.#waiting.push(stop);
    return () => {
      this.#waiting = this.#waiting.filter((waiting) => waiting !== stop);
    };
  }

  end(): void {
    this.#isOver = true;
    for (const stop of this.#waiting.splice(0)) stop();
  }
}

export interface Limit {
  limitMs: number;
  /** What the work fails with when it was stopped for being late. */
  late: (cause: unknown) => Error;
  /** Done when the limit has passed, before the deadline ends. */
  before?: () => Promise<void>;
}

/** The result of work whose deadline ends when the limit has passed. */
export async function byDeadline<T>(
  { limitMs, late, before }: Limit,
  work: (deadline: Deadline) => Promise<T>,
): Promise<T> {
  const deadline = new Deadline();
  const end = () => deadline.end();
  const timer = setTimeout(() => (before === undefined ? end() : void before().then(end)), limitMs);
  try {
    return await work(deadline);
  } catch (error) {
    throw deadline.isOver ? late(error) : error;
  } finally {
    clearTimeout(timer);
  }
}
