import { concatMap, lastValueFrom, map } from "rxjs";
import { MillraceError, messageOf } from "../../base/errors.ts";
import { steadyMs } from "../../base/steady-clock.ts";
import { endsWithin } from "../../base/within.ts";
import type { FrameHandle } from "../../kinds/frame.ts";
import type { Message } from "../../publish/messages/message-class.ts";
import type { FrameBatch, Intake } from "../../stream/batch.ts";
import type { DropReason, Ledger } from "../../stream/ledger.ts";
import type { Report } from "../report/events.ts";
import { Latency } from "../report/latency.ts";
import type { Wanted } from "../worker/picture-wish.ts";
import type { FrameResult } from "../worker/result-writer.ts";
import type { Workflow } from "../worker/workflow.ts";

/** Those who look at pictures: people, and encoders of video. */
export interface Viewers {
  /** The pictures of these frames that are wanted. What is wanted is taken once, also where the frame fails. */
  wanting(frames: readonly FrameHandle[]): Wanted[];
}

export interface PipelineSettings {
  id: string;
  intake: Intake;
  workflow: Workflow;
  ledger: Ledger;
  viewers: Viewers;
  publish: (message: Message) => void;
  /** Called for every frame with results, in the order of its camera. */
  onResult?: (frame: FrameHandle, result: FrameResult) => void | Promise<void>;
  /** Called when the workflow's thread and its state are gone; also at the end, for tracks that no thread ended. */
  stateLost?: () => void;
  report: Report;
}

export interface Pipeline {
  readonly latency: Latency;
  /** Resolves when every camera has ended or the pipeline was closed, and all results are out. */
  readonly finished: Promise<void>;
  /** Stops the cameras, lets frames in flight finish within the deadline, ends open tracks. */
  close(deadlineMs: number): Promise<void>;
}

/** Cameras to batches, batches through the workflow, results out: the one subscription of the program. */
export function openPipeline(settings: PipelineSettings): Pipeline {
  const { intake, workflow } = settings;
  const latency = new Latency();
  // Batches start as they come and may overlap, at most as many as the intake has credits; results leave in order.
  const results$ = intake.batches$.pipe(
    map((batch) => {
      const wanted = settings.viewers.wanting(batch.frames);
      const wishes = wanted.map(({ wish }) => wish);
      return { batch, wanted, results: attempt(() => workflow.frames(batch.frames, wishes)) };
    }),
    concatMap(async ({ results, ...task }) => settle(task, await results, { ...settings, latency })),
  );
  const finished = lastValueFrom(results$, { defaultValue: undefined }).then(() => endTracks("shutdown"));

  async function endTracks(reason: "shutdown"): Promise<void> {
    const last = await workflow.end(null, reason).catch((error) => failed(settings, error, 0));
    for (const message of last ?? []) settings.publish(message);
    settings.stateLost?.();
  }

  return {
    latency,
    finished,
    async close(deadlineMs) {
      const until = performance.now() + deadlineMs;
      const leftMs = () => Math.max(0, until - performance.now());
      await intake.close(leftMs());
      await endsWithin(leftMs(), finished);
      await workflow.close(leftMs());
      // Without its thread, frames in flight fail and are counted.
      await endsWithin(SETTLE_MS, finished);
    },
  };
}

const SETTLE_MS = 500;

type Attempt = { results: FrameResult[] } | { error: unknown };

/** A failure waits as a value until its batch's turn has come. */
async function attempt(run: () => Promise<FrameResult[]>): Promise<Attempt> {
  try {
    return { results: await run() };
  } catch (error) {
    return { error };
  }
}

interface Task {
  batch: FrameBatch;
  wanted: readonly Wanted[];
}

async function settle(
  { batch, wanted }: Task,
  outcome: Attempt,
  settings: PipelineSettings & { latency: Latency },
): Promise<void> {
  const { ledger, intake } = settings;
  if ("error" in outcome) {
    failed(settings, outcome.error, batch.frames.length);
    const reason = dropReason(outcome.error);
    for (const { take } of wanted) take(null);
    for (const frame of batch.frames) ledger.dropped(frame, reason);
  } else {
    for (const [i, frame] of batch.frames.entries()) {
      const result = outcome.results[i];
      const wishes = wanted.filter(({ wish }) => wish.camera === frame.camera);
      for (const [n, { take }] of wishes.entries()) take(result?.pictures[n] ?? null);
      if (result === undefined) ledger.dropped(frame, "batch_failed");
      else await deliver(frame, result, settings);
    }
  }
  for (const frame of batch.frames) intake.release(frame);
  intake.done(batch);
}

async function deliver(frame: FrameHandle, result: FrameResult, settings: PipelineSettings & { latency: Latency }) {
  const { id, ledger, publish, onResult, report, latency } = settings;
  for (const message of result.messages) publish(message);
  for (const { element: _, type: blockType, ...fault } of result.faults) {
    report({ type: "step_failed", pipeline: id, blockType, ...fault, camera: frame.camera });
  }
  latency.record(steadyMs() - frame.decodedAt);
  await onResult?.(frame, result);
  ledger.published(frame);
}

/** The workflow has not judged these frames. */
const THREAD_LOST: ReadonlySet<string> = new Set(["LANE_DIED", "LANE_SUSPENDED", "LANE_NOT_OPEN"]);

function dropReason(error: unknown): DropReason {
  if (!(error instanceof MillraceError) || THREAD_LOST.has(error.code)) return "worker_lost";
  return error.code === "LANE_TIMEOUT" ? "timeout" : "batch_failed";
}

function failed({ id, report, stateLost }: PipelineSettings, error: unknown, frames: number): undefined {
  const code = error instanceof MillraceError ? error.code : "LANE_DIED";
  if (code === "LANE_DIED" || code === "LANE_TIMEOUT") stateLost?.();
  report({ type: "pipeline_failed", pipeline: id, code, message: messageOf(error), frames });
}
