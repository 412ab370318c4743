import type { BlockCode } from "../../blocks/contract/code.ts";
import { type Plan, plansOf } from "../../compiler/plan.ts";
import { openThread } from "../../engine/thread.ts";
import { workerEntry } from "../../engine/worker-entry.ts";
import type { ModelStore } from "../models/models.ts";
import { openWorker } from "./open-worker.ts";
import type { WorkerDefinition } from "./workflow-runner.ts";
import type { WorkflowWorkerData } from "./workflow-worker.ts";

interface TrialSettings {
  models: ModelStore;
  workerData: WorkflowWorkerData;
  limitMs: number;
}

const CLOSE_MS = 1000;

/**
 * Opens a definition on a temporary thread: code that loops or crashes while it is loaded would otherwise take the
 * running workflow with it. Its output is dropped and no state is touched. Throws the failure of the opening.
 */
export async function tryDefinition(
  definition: WorkerDefinition,
  { models, workerData, limitMs }: TrialSettings,
): Promise<void> {
  const thread = openThread({
    ...workerEntry("daemon/worker/workflow-worker"),
    workerData: { ...workerData, stateDirectory: null },
    concurrency: 2,
    maxQueue: 2,
  });
  try {
    const link = await openWorker(thread, definition, { models, report: () => {}, pictured: () => {}, limitMs });
    await link.close(CLOSE_MS);
  } finally {
    await thread.close(0);
  }
}

/** Whether a plan has code for the workflow's own thread that another plan does not have. */
export function bringsNewCode(next: Plan, before: Plan): boolean {
  const known = new Set(codeOf(before).map(({ hash }) => hash));
  const inThread = ({ language, mode }: BlockCode) => language === "javascript" && mode === "local";
  return codeOf(next).some((code) => inThread(code) && !known.has(code.hash));
}

function codeOf({ steps }: Plan): BlockCode[] {
  return steps.flatMap(({ code, subworkflow }) => [
    ...(code === null ? [] : [code]),
    ...(subworkflow === null ? [] : plansOf(subworkflow).flatMap(codeOf)),
  ]);
}
