import { workerData } from "node:worker_threads";
import type { ModelDescription } from "../inference/description.ts";
import { type Detector, openDetector } from "../inference/detect.ts";
import type { DetectionItem, DetectionReply } from "../inference/request.ts";
import type { SessionSettings } from "../inference/session.ts";

// Root of a thread that holds one session of one model.

export interface SessionWorkerData {
  arena: SharedArrayBuffer;
  description: ModelDescription;
  settings: SessionSettings;
}

export type SessionTask = { type: "open" } | { type: "detect"; items: DetectionItem[] } | { type: "close" };

export type OpenedSession = Pick<Detector, "provider" | "refusals" | "maxBatch">;

const { arena, description, settings } = workerData as SessionWorkerData;
let detector: Promise<Detector> | undefined;

export default async function runSessionTask(task: SessionTask): Promise<OpenedSession | DetectionReply | undefined> {
  if (task.type === "close") {
    await detector?.then((opened) => opened.close());
    return undefined;
  }
  detector ??= openDetector(description, arena, settings);
  const opened = await detector;
  if (task.type === "detect") return opened.detect(task.items);
  const { provider, refusals, maxBatch } = opened;
  return { provider, refusals, maxBatch };
}
