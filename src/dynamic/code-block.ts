import { StepError } from "../base/errors.ts";
import type { Block } from "../blocks/block.ts";
import type { BlockCode } from "../blocks/code.ts";
import { brief } from "../definition/brief.ts";
import { isDetections } from "../kinds/detections.ts";
import { isImage } from "../kinds/image.ts";
import { callForBatch, type InstanceOf, namespaceOf, openInstances } from "./code-calls.ts";
import type { CodeHost } from "./code-host.ts";

/**
 * Opens a block from the text of its code: `run(inputs, self)` is called for each element in frame order. Variables
 * outside of `run` belong to the step, to the step and one camera, or to all steps of the block, as its code asks for.
 */
export function openCodeBlock(code: BlockCode, host: CodeHost): Block {
  const forget = (prepared: unknown, stateKey: string) => (prepared as InstanceOf).forget(stateKey);
  const block: Block = { ...shellOf(code), prepare: () => openInstances(code, host), forget };
  const instanceOf = (context: { prepared: unknown }) => context.prepared as InstanceOf;
  const { batches } = code;
  if (batches === null) {
    const run: Block["run"] = (inputs, context) => {
      const call = instanceOf(context)(namespaceOf(code, context));
      return explained(() => call.call(inputs, context, [context.source]), inputs);
    };
    return { ...block, run };
  }
  const runMany: Block["runMany"] = (elements, contexts) => {
    const [first] = contexts;
    return first === undefined ? [] : callForBatch(instanceOf(first), code, batches)(elements, contexts);
  };
  return { ...block, runMany };
}

/** A failure tells what the code was given as well. */
function explained(call: () => unknown, inputs: Readonly<Record<string, unknown>>): unknown {
  const told = (error: unknown): unknown => {
    if (!(error instanceof StepError)) return error;
    const given = Object.fromEntries(Object.entries(inputs).map(([name, value]) => [name, kindOf(value)]));
    return new StepError(error.code, error.message, { ...error.details, inputs: given }, { cause: error.cause });
  };
  try {
    const answer = call();
    if (!(answer instanceof Promise)) return answer;
    return answer.catch((error: unknown) => {
      throw told(error);
    });
  } catch (error) {
    throw told(error);
  }
}

/** A value in a few words. */
function kindOf(value: unknown): string {
  if (isImage(value)) return `image of ${value.width} x ${value.height}`;
  if (isDetections(value)) return `${value.items.length} detections`;
  return brief(value);
}

/** All but what the block does. */
function shellOf(code: BlockCode): Block {
  return {
    type: code.blockType,
    aliases: [],
    summary: "",
    schema: undefined as never,
    ports: {},
    synonyms: {},
    outputs: Object.fromEntries(code.outputs.map((name) => [name, ["*"]])),
    dynamicOutputs: null,
    batches: [],
    batchesOrScalars: [],
    autoBatch: [],
    offsets: {},
    reference: null,
    outputOffset: code.outputOffset,
    acceptsEmpty: code.acceptsEmpty,
    flow: false,
    stateful: true,
    sink: true,
    needs: [],
    example: {},
    unsupported: null,
    prepare: null,
    state: null,
    run: null,
    runMany: null,
  };
}
