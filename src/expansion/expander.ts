import { MillraceError, messageOf, StepError } from "../base/errors.ts";
import type { Context } from "../blocks/contract/block.ts";
import type { BlockCode } from "../blocks/contract/code.ts";
import { callForBatch, type InstanceOf, inputsOfOne, namespaceOf } from "../dynamic/code/code-calls.ts";
import type { StepLists } from "../dynamic/ipc/code-lists.ts";

/** What the code of a dynamic step returned for one element, or why it did not. */
export type Answer = { value: unknown; expandMs: number } | { error: StepError; expandMs: number };

type Elements = readonly Record<string, unknown>[];

/** Calls the code for every element in turn, or once for the batch. System errors are tried a second time. */
export async function callExpander(
  code: BlockCode,
  instanceOf: InstanceOf,
  { elements, contexts, lists }: { elements: Elements; contexts: readonly Context[]; lists: StepLists },
): Promise<Answer[]> {
  if (lists.outer.length === 0) {
    const answers: Answer[] = [];
    for (const [i, element] of elements.entries()) {
      const context = contexts[i] as Context;
      const call = () =>
        instanceOf(namespaceOf(code, context)).call(inputsOfOne(element, context, lists), context, [context.source]);
      answers.push(await attempt(call, code));
    }
    return answers;
  }
  const answer = await attempt(() => callForBatch(instanceOf, code, lists)(elements, contexts), code);
  return elements.map((_, i) => ofElement(answer, i, elements.length));
}

/** One answer may serve all elements, or be a list with one for each. */
function ofElement(answer: Answer, i: number, count: number): Answer {
  if (!("value" in answer) || !Array.isArray(answer.value)) return answer;
  if (answer.value.length === count) return { ...answer, value: answer.value[i] };
  const message = `the code returned ${answer.value.length} results for ${count} elements`;
  return { error: new StepError("DYN002", message), expandMs: answer.expandMs };
}

async function attempt(call: () => unknown, { limits }: BlockCode): Promise<Answer> {
  const startedAt = performance.now();
  const elapsed = () => performance.now() - startedAt;
  const once = async (): Promise<Answer> => {
    try {
      const answer = call();
      const value = answer instanceof Promise ? await answer : answer;
      return { value, expandMs: elapsed() };
    } catch (error) {
      return { error: expanderError(error), expandMs: elapsed() };
    }
  };
  let answer = await once();
  if ("error" in answer && answer.error.code === DIED.code && elapsed() < limits.callMs) answer = await once();
  // Code on this thread cannot be stopped, but a late result is dropped.
  if ("value" in answer && answer.expandMs > limits.callMs) {
    const message = `the code took ${Math.round(answer.expandMs)} ms, more than "expand_ms" (${limits.callMs})`;
    return { error: new StepError(LATE.code, message, { phase: LATE.phase }), expandMs: answer.expandMs };
  }
  return answer;
}

const THREW = { code: "DYN001" };
const LATE = { code: "DYN010", phase: "expand" };
const DIED = { code: "DYN014" };

const FAILURES: Readonly<Record<string, { code: string; phase?: string }>> = {
  DYNAMIC_TIMEOUT: LATE,
  DYNAMIC_DIED: DIED,
  DYNAMIC_SUSPENDED: DIED,
  DYNAMIC_PROTOCOL: DIED,
};

export function expanderError(error: unknown): StepError {
  if (error instanceof StepError && error.code.startsWith("DYN0")) return error;
  const cause = error instanceof MillraceError ? error : null;
  const { code, ...phase } = FAILURES[cause?.code ?? ""] ?? THREW;
  return new StepError(code, messageOf(error), { ...cause?.details, ...phase }, { cause: error });
}
