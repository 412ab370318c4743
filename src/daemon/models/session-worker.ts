import { type MessagePort, workerData } from "node:worker_threads";
import type { ModelDescription } from "../../inference/description.ts";
import { familiesWith } from "../../inference/families/added.ts";
import { type OpenModel, openModel } from "../../inference/open-model.ts";
import type { ModelItem, ModelReply, TextItem } from "../../inference/request.ts";
import type { SessionSettings } from "../../inference/session.ts";
import type { OpenTower } from "../../inference/texts/open-tower.ts";
import { watchPauses } from "../timing/collector-pauses.ts";
import { TimeHistogram } from "../timing/time-histogram.ts";
import { openTally } from "./call-tally.ts";
import { serveLine } from "./serve-line.ts";

// Root of a thread that holds one session of one model.

export interface SessionWorkerData {
  arena: SharedArrayBuffer;
  description: ModelDescription;
  settings: SessionSettings;
  /** Which of its towers the thread holds. */
  tower: Tower;
  /** Where pauses for the garbage collector are counted. */
  pauses: SharedArrayBuffer;
}

/** What a model is opened for: each has a session of its own. */
export type Tower = "pictures" | "texts";

export type SessionTask =
  | { type: "open" }
  | { type: "run"; items: ModelItem[] | TextItem[] }
  /** Another thread asks by this port from now on. */
  | { type: "line"; model: string; port: MessagePort; held: SharedArrayBuffer; tally: SharedArrayBuffer }
  | { type: "close" };

export type OpenedSession = Pick<OpenModel, "provider" | "refusals" | "maxBatch">;

const { arena, description, settings, tower, pauses } = workerData as SessionWorkerData;
watchPauses(new TimeHistogram(pauses));
let model: Promise<OpenModel | OpenTower> | undefined;

export default async function runSessionTask(task: SessionTask): Promise<OpenedSession | ModelReply | undefined> {
  if (task.type === "close") {
    await model?.then((opened) => opened.close());
    return undefined;
  }
  model ??= open();
  const opened = await model;
  // Items are of the tower's kind.
  if (task.type === "run") return opened.run(task.items as never);
  if (task.type === "line") {
    const { port, held, tally } = task;
    serveLine({ port, held, tally: openTally(tally), run: (items) => opened.run(items as never) });
    return undefined;
  }
  const { provider, refusals, maxBatch } = opened;
  return { provider, refusals, maxBatch };
}

/**
 * Functions do not travel between threads, so a family of a package is loaded here again. What loads packages brings all blocks along:
 * a thread without it has a small heap, which the collector goes through for every few outputs of a model.
 */
async function open(): Promise<OpenModel | OpenTower> {
  const { familySource, familyUrl, texts } = description;
  if (tower === "texts" && texts !== null) {
    const { openTower } = await import("../../inference/texts/open-tower.ts");
    return openTower(texts, settings);
  }
  if (familySource === null || !familyUrl) return openModel(description, arena, settings);
  const { openPlugins } = await import("../plugins/open-plugins.ts");
  const installed = await openPlugins([{ source: familySource, url: familyUrl }], { core: [] });
  return openModel(description, arena, { ...settings, families: familiesWith(installed.families) });
}
