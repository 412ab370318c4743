import type { Context } from "../../blocks/contract/block.ts";
import type { BlockCode } from "../../blocks/contract/code.ts";
import type { CodeHost } from "../runtime/code-runtime.ts";
import { ChildCode } from "./child-code.ts";

/** Code that waits in a process of its own for calls, for one element or for a batch. */
interface ChildCallable {
  call(inputs: Record<string, unknown>, context: Context, sources: readonly string[]): Promise<unknown>;
}

/** Starts the process of a step, or finds that of all steps of the block; cameras share it, each with its own state if the code asks for that. */
export function openChildInstances(
  code: BlockCode,
  host: CodeHost,
): ((namespace: string) => ChildCallable) & { forget(namespace: string): void } {
  const owner = code.stateScope === "block" ? ["process", "block", code.blockType] : ["process", "step", host.step];
  const child = host.runtime.instance(JSON.stringify(owner), code.hash, () => new ChildCode(code, host));
  const instance = (namespace: string): ChildCallable => {
    const more = { namespace, limitMs: code.limits.callMs };
    return { call: (inputs, context, sources) => child.call({ inputs, context, sources, ...more }) };
  };
  return Object.assign(instance, { forget: (namespace: string) => child.forget(namespace) });
}
