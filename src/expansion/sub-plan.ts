import type { FrameScope } from "../blocks/contract/block.ts";
import type { Plan } from "../compiler/plan.ts";
import type { StepFault } from "../engine/batch.ts";
import { PlanRunner } from "../engine/run-plan.ts";
import type { SubworkflowHost } from "./subworkflow-host.ts";

/** Elements for a workflow inside a step; all lists are as long as the batch. */
export interface SubBatch {
  sources: readonly string[];
  stateKeys: readonly string[];
  frames: readonly FrameScope[];
  /** Batch inputs: one value for each element; parameters: one value. */
  inputs: Readonly<Record<string, unknown>>;
  signal?: { throwIfAborted(): void };
}

export interface SubResult {
  /** One object of outputs for each element; null for one that failed. */
  rows: (Record<string, unknown> | null)[];
  /** What failed, by element. */
  faults: ReadonlyMap<number, readonly StepFault[]>;
}

export interface SubPlanOptions {
  /** After the first failure of an element `fail_fast` runs no more steps for it. */
  failure?: "fail_fast" | "run_to_completion";
  closed?: () => void;
}

/** A compiled workflow that runs inside a step, with the blocks and the state of its steps. */
export class SubPlan {
  readonly plan: Plan;
  readonly #runner: PlanRunner;
  readonly #host: SubworkflowHost;

  readonly #closed: () => void;

  constructor(plan: Plan, host: SubworkflowHost, { failure = "fail_fast", closed = () => {} }: SubPlanOptions = {}) {
    this.plan = plan;
    this.#host = host;
    this.#closed = closed;
    const { services, initOf } = host.surroundings;
    this.#runner = new PlanRunner(plan, {
      services,
      onError: failure === "fail_fast" ? "abandon" : "isolate",
      blockOf: (step) => host.blockOf(step),
      initOf,
      ...(host.statesOf === undefined ? {} : { statesOf: host.statesOf }),
    });
  }

  async run(batch: SubBatch): Promise<SubResult> {
    const { rows, faults } = await this.#runner.run({ ...batch, pictures: true });
    const size = batch.sources.length;
    const found = byElement(faults, size);
    // Without an output that follows the batch there is one row for all.
    const rowOf = (i: number) => (rows.length === size ? rows[i] : rows[0]) ?? null;
    return { rows: Array.from({ length: size }, (_, i) => (found.has(i) ? null : rowOf(i))), faults: found };
  }

  /** Forgets the state of a source, or of one item of it. */
  forget(stateKey: string): void {
    this.#runner.forget(stateKey);
  }

  /** Ends what its code blocks have started. */
  close(): Promise<void> {
    this.#closed();
    return this.#host.surroundings.runtime.release(this.#host.path);
  }
}

/** What failed for no element in particular failed for all. */
function byElement(faults: readonly StepFault[], size: number): Map<number, StepFault[]> {
  const found = new Map<number, StepFault[]>();
  for (const fault of faults) {
    const elements = fault.element === null ? Array.from({ length: size }, (_, i) => i) : [fault.element];
    for (const element of elements) found.set(element, [...(found.get(element) ?? []), fault]);
  }
  return found;
}
