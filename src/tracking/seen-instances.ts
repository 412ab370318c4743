import type { Detection } from "../kinds/detections.ts";

/** Remembers the last `size` tracker ids, the oldest forgotten first. */
export class SeenInstances {
  private readonly size: number;
  private readonly ids = new Set<number>();

  constructor(size: number) {
    this.size = size;
  }

  /** Tells detections met for the first time from those whose id is known, and remembers the former. */
  split(items: readonly Detection[]): { fresh: Detection[]; known: Detection[] } {
    const fresh: Detection[] = [];
    const known: Detection[] = [];
    // One after the other: an id that another one of the same frame evicts is new again.
    for (const item of items) {
      if (item.trackerId !== undefined && this.ids.has(item.trackerId)) known.push(item);
      else fresh.push(item);
      if (item.trackerId !== undefined) this.remember(item.trackerId);
    }
    return { fresh, known };
  }

  private remember(id: number): void {
    this.ids.add(id);
    if (this.ids.size <= this.size) return;
    const [oldest] = this.ids;
    if (oldest !== undefined) this.ids.delete(oldest);
  }
}
