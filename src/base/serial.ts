/** Runs asynchronous work one piece after the other, in the order of the calls; a failure fails its own piece alone. */
export class Serial {
  #last: Promise<unknown> = Promise.resolve();

  run<T>(work: () => Promise<T> | T): Promise<T> {
    const next = this.#last.then(work, work);
    this.#last = next.catch(() => {});
    return next;
  }

  /** Resolves when all work so far has ended. */
  idle(): Promise<void> {
    return this.#last.then(() => {});
  }
}
