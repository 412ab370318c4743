import type { StepFault } from "../../engine/batch.ts";

/** Failures since the start: by step and code. */
export type FailureCounts = Record<string, Record<string, number>>;

/** Counts failures of steps, also those whose outputs were replaced. */
export class StepFailures {
  // Steps have names of any kind, so they are no keys of objects before the end.
  readonly #counts = new Map<string, Map<string, number>>();

  add({ step, code }: Pick<StepFault, "step" | "code">): void {
    const codes = this.#counts.get(step) ?? new Map<string, number>();
    codes.set(code, (codes.get(code) ?? 0) + 1);
    this.#counts.set(step, codes);
  }

  counts(): FailureCounts {
    return Object.fromEntries([...this.#counts].map(([step, codes]) => [step, Object.fromEntries(codes)]));
  }
}
