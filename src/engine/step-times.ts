/** How long a step takes for a batch. */
export interface StepTime {
  name: string;
  type: string;
  /** Batches that it ran for. */
  runs: number;
  /** Milliseconds, weighted towards the last fifty batches or so; waiting for a model counts, waiting for the batch before does not. */
  meanMs: number;
}

/** Share of a new time in the mean. */
const WEIGHT = 0.04;

/** Times of the steps of a plan: two numbers for each, however long it runs. */
export class StepTimes {
  readonly #runs: Float64Array;
  readonly #means: Float64Array;

  constructor(steps: number) {
    this.#runs = new Float64Array(steps);
    this.#means = new Float64Array(steps);
  }

  took(step: number, ms: number): void {
    const runs = (this.#runs[step] ?? 0) + 1;
    const mean = this.#means[step] ?? 0;
    this.#runs[step] = runs;
    this.#means[step] = mean + (ms - mean) * Math.max(WEIGHT, 1 / runs);
  }

  of(step: number): Pick<StepTime, "runs" | "meanMs"> {
    return { runs: this.#runs[step] ?? 0, meanMs: Math.round((this.#means[step] ?? 0) * 1000) / 1000 };
  }
}
