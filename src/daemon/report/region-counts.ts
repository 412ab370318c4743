import type { RegionCount } from "../../kinds/frame.ts";

/** Parts of large pictures that models looked at, and those that had to wait for another frame, by camera. */
export class RegionCounts {
  readonly #cameras = new Map<string, RegionCount>();

  add(camera: string, { looked, leftOut }: RegionCount): void {
    if (looked + leftOut === 0) return;
    const counts = this.#cameras.get(camera) ?? { looked: 0, leftOut: 0 };
    this.#cameras.set(camera, counts);
    counts.looked += looked;
    counts.leftOut += leftOut;
  }

  snapshot(): Record<string, RegionCount> {
    return Object.fromEntries([...this.#cameras].map(([camera, counts]) => [camera, { ...counts }]));
  }
}
