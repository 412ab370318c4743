/** A value for each tracker id, for as many ids as were used last: tracks end without a word, so memory needs a bound. */
export class TrackMemory<V> {
  private readonly values = new Map<number, V>();
  private readonly size: number;

  constructor(size = 16_384) {
    this.size = size;
  }

  get(id: number): V | undefined {
    return this.values.get(id);
  }

  set(id: number, value: V): void {
    this.values.delete(id);
    this.values.set(id, value);
    if (this.values.size <= this.size) return;
    for (const oldest of this.values.keys()) {
      this.values.delete(oldest);
      return;
    }
  }

  delete(id: number): void {
    this.values.delete(id);
  }
}
