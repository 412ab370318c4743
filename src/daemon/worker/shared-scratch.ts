/** Most pieces that are kept; as many as are lent at once by one kernel that runs and one that waits. */
const KEPT = 4;

/** Shared memory for pixels that go to another thread, used again and again: what is made for each call, the collector frees late. */
export class SharedScratch {
  readonly #free: SharedArrayBuffer[] = [];

  lend(bytes: number): SharedArrayBuffer {
    const fitting = this.#free.findIndex(({ byteLength }) => byteLength >= bytes);
    if (fitting >= 0) return this.#free.splice(fitting, 1)[0] as SharedArrayBuffer;
    return new SharedArrayBuffer(bytes);
  }

  /** Larger pieces fit more pictures, so the smallest goes where there are too many. */
  giveBack(memory: SharedArrayBuffer): void {
    this.#free.push(memory);
    this.#free.sort((a, b) => a.byteLength - b.byteLength);
    if (this.#free.length > KEPT) this.#free.shift();
  }
}
