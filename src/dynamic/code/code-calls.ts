import { StepError } from "../../base/errors.ts";
import type { Context } from "../../blocks/contract/block.ts";
import type { BlockCode } from "../../blocks/contract/code.ts";
import { ElementList, type StepLists } from "../ipc/code-lists.ts";
import { openChildInstances } from "../process/child-instances.ts";
import type { CodeHost } from "../runtime/code-runtime.ts";
import { LocalCode } from "./local-code.ts";

/** Code that can be called for one element or for a batch. */
interface Callable {
  /** `sources` are the cameras of the elements. */
  call(inputs: Record<string, unknown>, context: Context, sources: readonly string[]): unknown;
}

/** The instance with the variables of a namespace: "" for those of the step or of all steps of the block. */
export interface InstanceOf {
  (namespace: string): Callable;
  /** Drops the variables of a namespace that is no longer in use. */
  forget(namespace: string): void;
}

/** The namespace of an element: its item's where items have own state, its camera's if the code has one state per camera. */
export function namespaceOf({ stateScope }: BlockCode, { source, stateKey = source }: Context): string {
  if (stateScope === "block") return "";
  return stateScope === "source" || stateKey !== source ? stateKey : "";
}

/** Key of the instance of a step in its runtime. */
function instanceKey({ stateScope, blockType }: BlockCode, step: string, namespace = ""): string {
  const owner = stateScope === "block" ? ["block", blockType] : ["step", step];
  return JSON.stringify(namespace === "" ? owner : [...owner, namespace]);
}

/** Opens code for a step eagerly, so that faults show before the first frame. */
export function openInstances(code: BlockCode, host: CodeHost): InstanceOf {
  if (code.language === "python" || code.mode === "isolated") return openChildInstances(code, host);
  const { runtime, step } = host;
  const open = () => new LocalCode(code, host);
  const instance = (namespace: string, make: () => LocalCode) =>
    runtime.instance(instanceKey(code, step, namespace), code.hash, () => make().forNamespace(namespace));
  const forget = (namespace: string) => runtime.forget(instanceKey(code, step, namespace));
  if (code.stateScope !== "source") {
    const shared = instance("", open);
    return Object.assign((namespace: string) => (namespace === "" ? shared : instance(namespace, open)), { forget });
  }
  // The first camera takes the one that is open already.
  const spare = [open()];
  return Object.assign((namespace: string) => instance(namespace, () => spare.pop() ?? open()), { forget });
}

/** The inputs of a call for one element. */
export function inputsOfOne(
  element: Readonly<Record<string, unknown>>,
  { place }: Context,
  { nested }: StepLists,
): Record<string, unknown> {
  if (place === null || place === undefined || nested.length === 0) return element;
  const lists = nested.map((name) => [name, listOf(element[name], place.children)]);
  return { ...element, ...Object.fromEntries(lists) };
}

function listOf(value: unknown, indices: readonly (readonly number[])[]): unknown {
  return Array.isArray(value) ? new ElementList(value, indices) : value;
}

/** `run` for whole batches: with a state for each camera, one call for each camera in the batch. */
export function callForBatch(instanceOf: InstanceOf, code: BlockCode, lists: StepLists) {
  return (elements: readonly Record<string, unknown>[], contexts: readonly Context[]): unknown => {
    const groups = new Map<string, number[]>();
    contexts.forEach((context, i) => {
      const key = namespaceOf(code, context);
      groups.set(key, [...(groups.get(key) ?? []), i]);
    });
    const callGroup = ([key, members]: [string, number[]]): unknown => {
      const first = members[0] ?? 0;
      const [element, context] = [elements[first], contexts[first]];
      if (element === undefined || context === undefined) return [];
      const columns = columnsOf(
        members.map((i) => elements[i] ?? {}),
        members.map((i) => contexts[i] ?? context),
        lists,
      );
      const sources = members.map((i) => contexts[i]?.source ?? "");
      return instanceOf(key).call({ ...element, ...columns }, context, sources);
    };
    const [only, ...others] = groups;
    if (only === undefined) return [];
    if (others.length === 0) return callGroup(only);
    const answers = [...groups].map((group) => callGroup(group));
    const merge = (found: readonly unknown[]) => mergeAnswers([...groups.values()], found);
    return answers.some((answer) => answer instanceof Promise) ? Promise.all(answers).then(merge) : merge(answers);
  };
}

/** A list of the values of all elements for each input that is one. */
function columnsOf(
  elements: readonly Readonly<Record<string, unknown>>[],
  contexts: readonly Context[],
  lists: StepLists,
): Record<string, unknown> {
  const given = elements.map((element, i) => inputsOfOne(element, contexts[i] as Context, lists));
  const places = contexts.flatMap(({ place }) => (place ? [place.index] : []));
  const entries = lists.outer.map((name) => {
    const values = given.map((element) => element[name]);
    return [name, places.length === values.length ? listOf(values, places) : values];
  });
  return Object.fromEntries(entries);
}

function mergeAnswers(groups: readonly (readonly number[])[], answers: readonly unknown[]): unknown[] {
  const merged: unknown[] = [];
  for (const [n, members] of groups.entries()) {
    const answer = answers[n];
    if (!Array.isArray(answer) || answer.length !== members.length) {
      const found = Array.isArray(answer) ? `${answer.length} results` : typeof answer;
      throw new StepError("STEP_RESULT", `returned ${found} for ${members.length} elements of a camera`);
    }
    for (const [k, i] of members.entries()) merged[i] = answer[k];
  }
  return merged;
}
