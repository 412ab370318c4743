import { StepError } from "../base/errors.ts";
import type { Block, Context, FrameScope } from "../blocks/contract/block.ts";
import type { PlanStep } from "../compiler/plan.ts";
import type { StepFault } from "../engine/batch.ts";

type RunMany = NonNullable<Block["runMany"]>;

/** A block that runs workflows for all elements of a batch at once. */
export function subworkflowBlock(step: PlanStep, runMany: RunMany, forget: (stateKey: string) => void): Block {
  return {
    type: step.type,
    aliases: [],
    summary: "",
    schema: undefined as never,
    ports: {},
    synonyms: {},
    outputs: Object.fromEntries(step.outputs.map(({ name }) => [name, ["*"]])),
    dynamicOutputs: null,
    batches: [],
    batchesOrScalars: [],
    autoBatch: [],
    offsets: {},
    reference: null,
    outputOffset: 0,
    acceptsEmpty: false,
    flow: false,
    stateful: step.stateful,
    sink: false,
    needs: [],
    example: {},
    unsupported: null,
    prepare: null,
    state: null,
    run: null,
    runMany,
    nests: true,
    forget: (_, stateKey) => forget(stateKey),
  };
}

/** Source, state and frame of the step's elements, as the subworkflow sees them. */
export function insideOf(contexts: readonly Context[]) {
  return {
    sources: contexts.map(({ source }) => source),
    stateKeys: contexts.map(stateKeyOf),
    frames: contexts.map(deeper),
  };
}

export function stateKeyOf({ source, stateKey = source }: Context): string {
  return stateKey;
}

/** The same frame one workflow further inside. */
export function deeper({ frame }: Context): FrameScope {
  const { depth = 0, spent = { expansions: 0, steps: 0 }, recordedS = null } = frame ?? {};
  return { depth: depth + 1, spent, recordedS };
}

/** A failure inside a workflow in words: the path of the step, the item if it was one, and the cause. */
function faultText({ step, message }: StepFault, path: string, item: number | null = null): string {
  return `${path}/${step}${item === null ? "" : `[${item}]`}: ${message}`;
}

/** The failure of a step by that of a step inside. */
export function innerFailure(fault: StepFault, path: string, item: number | null = null): StepError {
  const details = { path: `${path}/${fault.step}`, item, cause: fault.code };
  return new StepError("DYN009", faultText(fault, path, item), details);
}
