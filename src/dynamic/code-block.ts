import { compileFunction } from "node:vm";
import { MillraceError, messageOf, StepError } from "../base/errors.ts";
import type { Block, Context } from "../blocks/block.ts";
import type { BlockCode } from "../blocks/code.ts";
import type { PixelService } from "../blocks/services.ts";
import { isFunctionName } from "./syntax.ts";

/** What a code block finds as the second argument of `run`; one object for each step, kept across frames. */
export interface CodeSelf {
  step: string;
  /** Camera that the current element belongs to. */
  source: string;
  /** Pixels of an image input: `self.pixels.view(image)` gives `{ rgb, stride, width, height }` without a copy. */
  pixels: PixelService;
  /** What `init` returned, `{}` without one. */
  initResults: unknown;
}

interface Namespace {
  run: (inputs: Record<string, unknown>, self: CodeSelf) => unknown;
  initResults: unknown;
  /** Made at the first call, which is the first to know the step. */
  self: CodeSelf | null;
}

/**
 * Opens a block from JavaScript text in this thread: `run(inputs, self)` is called for each element in frame order.
 * Variables outside of `run` belong to the step and live as long as the code does not change. No protection is
 * claimed: this is for code that the operator wrote.
 */
export function openCodeBlock(code: BlockCode): Block {
  const block: Block = {
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
    prepare: () => openNamespace(code),
    state: null,
    run: null,
    runMany: null,
  };
  return code.batches === null ? { ...block, run: runOne(code) } : { ...block, runMany: runBatch(code, code.batches) };
}

function runOne(code: BlockCode): Block["run"] {
  return (inputs, context) => call(code, inputs, context);
}

/** With `accepts_batch_input` the code is called once for all elements, with lists for the batch properties. */
function runBatch(code: BlockCode, batches: readonly string[]): Block["runMany"] {
  return (elements, contexts) => {
    const [first] = elements;
    const [context] = contexts;
    if (first === undefined || context === undefined) return [];
    const lists = batches.map((name) => [name, elements.map((element) => element[name])]);
    return call(code, { ...first, ...Object.fromEntries(lists) }, context);
  };
}

function call(code: BlockCode, inputs: Record<string, unknown>, context: Context): unknown {
  const namespace = context.prepared as Namespace;
  const { step, source, services } = context;
  namespace.self ??= { step, source, pixels: services.pixels, initResults: namespace.initResults };
  namespace.self.source = source;
  const fail = (error: unknown) => {
    throw codeError(code, error, code.runName);
  };
  try {
    const answer = namespace.run(inputs, namespace.self);
    return answer instanceof Promise ? answer.catch(fail) : answer;
  } catch (error) {
    return fail(error);
  }
}

function openNamespace(code: BlockCode): Namespace {
  const { runName, initName, initSource } = code;
  const offered = initSource === null ? runName : `${runName}, ${initName}`;
  for (const name of [runName, initName]) checkName(name, code);
  let where = "load";
  try {
    const body = `${code.source}\n;${initSource ?? ""}\n;return { ${offered} };`;
    const namespace = compileFunction(body, [], { filename: fileName(code) })();
    const run = namespace[runName];
    if (typeof run !== "function")
      throw new StepError(
        "DYNAMIC_CODE",
        `dynamic block "${code.blockType}": "${runName}" is ${typeof run}, expected a function`,
      );
    where = initName;
    const initResults = initSource === null ? {} : namespace[initName]();
    return { run, initResults, self: null };
  } catch (error) {
    throw error instanceof MillraceError ? error : codeError(code, error, where);
  }
}

function checkName(name: string, code: BlockCode): void {
  if (isFunctionName(name)) return;
  throw new StepError("DYNAMIC_CODE", `dynamic block "${code.blockType}": "${name}" is not a function name`);
}

function fileName(code: BlockCode): string {
  return `block:${code.blockType}/run.js`;
}

/** The user's line and column, not ours: `Error in line 3, in run: TypeError: …`. */
function codeError(code: BlockCode, error: unknown, where: string): StepError {
  const stack = error instanceof Error ? (error.stack ?? "") : "";
  const at = stack.split(`${fileName(code)}:`)[1]?.match(/^(\d+)(?::(\d+))?/);
  const name = error instanceof Error ? `${error.name}: ` : "";
  const line = at ? lineOf(code, Number(at[1])) : null;
  const place = line === null ? `Error in ${where}: ` : `Error in ${line.text}, in ${where}: `;
  const message = `dynamic block "${code.blockType}": ${place}${name}${messageOf(error)}`;
  const details = { line: line?.number ?? null, column: at?.[2] ? Number(at[2]) : null };
  return new StepError("DYNAMIC_CODE", message, details, { cause: error });
}

/** The init code stands behind the run code, but is counted from its own first line. */
function lineOf(code: BlockCode, line: number): { number: number; text: string } {
  const number = line - code.source.split("\n").length;
  return number > 0 ? { number, text: `line ${number} of the init code` } : { number: line, text: `line ${line}` };
}
