import type { Block } from "../../blocks/contract/block.ts";
import type { BlockCode } from "../../blocks/contract/code.ts";
import { type CodeStep, isPlaced, listsOf } from "../ipc/code-lists.ts";
import type { CodeHost } from "../runtime/code-runtime.ts";
import { callForBatch, type InstanceOf, inputsOfOne, namespaceOf, openInstances } from "./code-calls.ts";

/**
 * Opens a block from the text of its code: `run(inputs, self)` is called for each element in frame order. Variables
 * outside of `run` belong to the step, to the step and one camera, or to all steps of the block, as its code asks for.
 */
export function openCodeBlock(code: BlockCode, host: CodeHost, step: CodeStep): Block {
  const forget = (prepared: unknown, stateKey: string) => (prepared as InstanceOf).forget(stateKey);
  const lists = listsOf(code, step);
  const block: Block = {
    ...shellOf(code),
    prepare: () => openInstances(code, host),
    forget,
    placed: isPlaced(code, lists),
  };
  const instanceOf = (context: { prepared: unknown }) => context.prepared as InstanceOf;
  if (lists.outer.length === 0) {
    const run: Block["run"] = (inputs, context) => {
      const given = inputsOfOne(inputs, context, lists);
      return instanceOf(context)(namespaceOf(code, context)).call(given, context, [context.source]);
    };
    return { ...block, run };
  }
  const isSingle = step.level === 0 && code.outputOffset !== 1 && step.outputLevel === step.level;
  const runMany: Block["runMany"] = (elements, contexts) => {
    const [first] = contexts;
    if (first === undefined) return [];
    const answer = callForBatch(instanceOf(first), code, lists)(elements, contexts);
    if (!isSingle) return answer;
    return answer instanceof Promise ? answer.then(listOfOne) : listOfOne(answer);
  };
  return { ...block, runMany };
}

/** A step that runs once may answer with its result alone. */
function listOfOne(answer: unknown): unknown {
  return typeof answer === "object" && answer !== null && !Array.isArray(answer) ? [answer] : answer;
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
