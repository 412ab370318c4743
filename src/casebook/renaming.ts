/** A one-to-one renaming of values, grown as they are met. */
export class Renaming {
  #forward = new Map<unknown, unknown>();
  #back = new Map<unknown, unknown>();

  /** Whether both name the same; remembered where neither was met before. */
  agree(expected: unknown, found: unknown): boolean {
    if (this.#forward.has(expected) || this.#back.has(found)) return this.#forward.get(expected) === found;
    this.#forward.set(expected, found);
    this.#back.set(found, expected);
    return true;
  }

  /** What `expected` was met as before. */
  nameOf(expected: unknown): unknown {
    return this.#forward.get(expected);
  }

  /** Gives back what was learnt since, unless the attempt succeeds. */
  attempt(work: () => boolean): boolean {
    const before = [new Map(this.#forward), new Map(this.#back)] as const;
    const isKept = work();
    if (!isKept) [this.#forward, this.#back] = before;
    return isKept;
  }
}
