import type { Message } from "../publish/message-class.ts";
import type { FrameResult } from "./result-writer.ts";
import type { Workflow } from "./workflow.ts";

/** A workflow that another can take the place of between two batches. */
export interface ReplaceableWorkflow extends Workflow {
  /** Batches under way end on the old one; those that come meanwhile wait for the new one. None is lost. */
  replace(next: Workflow, deadlineMs: number): Promise<void>;
}

export function openReplaceable(first: Workflow): ReplaceableWorkflow {
  let current = first;
  let replacing: Promise<void> | null = null;
  const running = new Set<Promise<unknown>>();
  /** What the old one had to say at last goes before the first results of the new one. */
  let farewell: readonly Message[] = [];

  async function frames(...args: Parameters<Workflow["frames"]>): Promise<FrameResult[]> {
    while (replacing !== null) await replacing;
    const last = farewell;
    farewell = [];
    const run = current.frames(...args);
    running.add(run);
    try {
      const [first, ...others] = await run;
      if (first === undefined || last.length === 0) return first === undefined ? [] : [first, ...others];
      return [{ ...first, messages: [...last, ...first.messages] }, ...others];
    } finally {
      running.delete(run);
    }
  }

  async function takeOver(next: Workflow): Promise<Workflow> {
    await Promise.allSettled([...running]);
    farewell = await current.end(null, "reset").catch(() => []);
    const old = current;
    current = next;
    return old;
  }

  return {
    frames,
    once: (size, inputs) => current.once(size, inputs),
    end: (camera, reason) => current.end(camera, reason),
    expansions: () => current.expansions(),
    close: (deadlineMs) => current.close(deadlineMs),
    async replace(next, deadlineMs) {
      while (replacing !== null) await replacing;
      let old: Workflow | null = null;
      replacing = takeOver(next).then((found) => {
        old = found;
      });
      await replacing;
      replacing = null;
      await (old as Workflow | null)?.close(deadlineMs);
    },
  };
}
