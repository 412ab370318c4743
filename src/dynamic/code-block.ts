import type { Block } from "../blocks/block.ts";
import type { BlockCode } from "../blocks/code.ts";
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
      return instanceOf(context)(namespaceOf(code, context)).call(inputs, context, [context.source]);
    };
    return { ...block, run };
  }
  const runMany: Block["runMany"] = (elements, contexts) => {
    const [first] = contexts;
    return first === undefined ? [] : callForBatch(instanceOf(first), code, batches)(elements, contexts);
  };
  return { ...block, runMany };
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
