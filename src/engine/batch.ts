import type { FrameScope } from "../blocks/contract/block.ts";

/** What the engine runs once: values for the workflow's inputs and where each element comes from. */
export interface EngineBatch {
  /** Source (camera) of each element; its length is the size of the batch. */
  sources: readonly string[];
  /** Whose state each element finds; its source's when absent. */
  stateKeys?: readonly string[];
  /** Frame of each element when the batch is part of one; made again when absent. */
  frames?: readonly FrameScope[];
  /** Ends the run between two steps. */
  signal?: { throwIfAborted(): void };
  /** Batch inputs: one value for each element, nested for higher dimensions. Parameters: one value. */
  inputs: Readonly<Record<string, unknown>>;
  /** Outputs whose pictures are wanted, true for all: steps that only feed others are left out, and their outputs are null. */
  pictures: boolean | ReadonlySet<string>;
}

/** A block failed on one element; its outputs there are null. */
export interface StepFault {
  step: string;
  type: string;
  /** Element of the batch that was being worked on, null for a step that runs once. */
  element: number | null;
  code: string;
  message: string;
  /** More lines for the log, such as the code around the fault; may be absent. */
  report?: string;
  /** What replaces the step's outputs, where the failure is contained. */
  standIn?: StandIn;
}

/** Empty outputs or the last good ones with their age; and for how long the step is suspended from now on. */
export type StandIn = ({ outputs: "empty" } | { outputs: "last"; ageMs: number }) & { pausedMs?: number };

/** What a run of a plan gave. */
export interface EngineResult {
  /** One object for each element of the batch (one in all when no output is batch-oriented). */
  rows: Record<string, unknown>[];
  /** Steps that failed, with `onError: "isolate"`. */
  faults: StepFault[];
  /** Failures whose outputs were replaced by a fallback; absent where there are none. */
  recovered?: readonly StepFault[];
}
