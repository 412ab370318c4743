/** Answers of models that were their last result, by camera and model. */
export class ReuseCounts {
  readonly #cameras = new Map<string, Map<string, number>>();

  add(camera: string, models: readonly string[]): void {
    if (models.length === 0) return;
    const counts = this.#cameras.get(camera) ?? new Map<string, number>();
    this.#cameras.set(camera, counts);
    for (const model of models) counts.set(model, (counts.get(model) ?? 0) + 1);
  }

  snapshot(): Record<string, Record<string, number>> {
    return Object.fromEntries([...this.#cameras].map(([camera, counts]) => [camera, Object.fromEntries(counts)]));
  }
}
