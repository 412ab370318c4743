import type { Detection } from "../../kinds/detections.ts";

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
    for (const item of items) (item.trackerId !== undefined && this.ids.has(item.trackerId) ? known : fresh).push(item);
    for (const { trackerId } of fresh) if (trackerId !== undefined) this.remember(trackerId);
    return { fresh, known };
  }

  private remember(id: number): void {
    this.ids.add(id);
    const [oldest] = this.ids;
    if (this.ids.size > this.size && oldest !== undefined) this.ids.delete(oldest);
  }
}
