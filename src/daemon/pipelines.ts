import { MillraceError, messageOf } from "../base/errors.ts";
import { attemptChange } from "./attempt-change.ts";
import { type ConfigChanges, type PreparedConfig, preparedOf } from "./config-changes.ts";
import type { Config } from "./config-schema.ts";
import type { PipelineExpansions } from "./expansions-page.ts";
import type { Latency } from "./latency.ts";
import type { PreparedPipeline } from "./prepare.ts";
import { openRunningPipeline, type PipelineSurroundings, type RunningPipeline } from "./running-pipeline.ts";

/** Longest wait for frames in flight of a pipeline that a new config takes away. */
const STOP_DEADLINE_MS = 5000;

/** All pipelines of a daemon, which come, go and change while it runs. */
export class Pipelines {
  readonly #around: PipelineSurroundings;
  readonly #running = new Map<string, RunningPipeline>();
  /** Of all pipelines since the start. */
  readonly latencies: Latency[] = [];
  /** Resolves when every camera has ended and nothing is changed that may bring others. */
  readonly finished: Promise<void>;
  #finish = () => {};
  #fail: (error: unknown) => void = () => {};
  #changing: Promise<unknown> = Promise.resolve();

  constructor(around: PipelineSurroundings) {
    this.#around = around;
    this.finished = new Promise((resolve, reject) => {
      this.#finish = resolve;
      this.#fail = reject;
    });
    // Whoever waits for it hears of it.
    this.finished.catch(() => {});
  }

  /** A pipeline that cannot start leaves the others alone; only when none runs is it a failure of the whole. */
  async start(pipelines: readonly PreparedPipeline[], config: Config): Promise<void> {
    const outcomes = await Promise.allSettled(pipelines.map((pipeline) => this.#start(pipeline, config)));
    const failures = outcomes.flatMap((outcome, i) =>
      outcome.status === "rejected" ? [{ i, error: outcome.reason }] : [],
    );
    if (failures.length > 0 && this.#running.size === 0) throw failures[0]?.error;
    for (const { i, error } of failures) {
      const pipeline = pipelines[i]?.id ?? "";
      const code = error instanceof MillraceError ? error.code : "PIPELINE_FAILED";
      for (const camera of pipelines[i]?.config.cameras ?? []) {
        this.#around.report({ type: "camera_not_started", camera, pipeline, code, message: messageOf(error) });
      }
    }
  }

  /** Does one change after the other; while one is under way nothing counts as finished. */
  change<T>(work: () => Promise<T>): Promise<T> {
    const changed = this.#changing.then(work);
    this.#changing = changed.catch(() => {});
    return changed;
  }

  /** Does what a new config asks of pipelines and cameras; gives the ids of those that go on with their old definition. */
  async apply({ pipelines, cameras }: ConfigChanges, { config, prepared }: PreparedConfig): Promise<string[]> {
    const preparedAs = (ids: readonly string[]) =>
      ids.map((id) => preparedOf(prepared, id)).filter((found) => found !== undefined);
    for (const id of [...pipelines.removed, ...pipelines.reopened]) await this.#stop(id);
    const going = [...cameras].map(([id, change]) => ({ running: this.#running.get(id), ...change }));
    // A camera may move from one pipeline to another: all leave before any comes.
    await Promise.all(
      going.map(({ running, removed, changed }) => running?.stopCameras({ leaving: removed, reopening: changed })),
    );
    const refused = await this.#swap(preparedAs(pipelines.swapped), config);
    await Promise.all(
      going.map(({ running, added, changed }) => running?.startCameras([...changed, ...added], config)),
    );
    const starting = preparedAs([...pipelines.added, ...pipelines.reopened]);
    const names = starting.map(({ id }) => id).join(", ");
    await attemptChange(names, this.#around.report, () => this.start(starting, config));
    return refused;
  }

  async expansions(): Promise<PipelineExpansions> {
    const entries = [...this.#running].map(async ([id, { workflow }]) => [id, await workflow.expansions()] as const);
    return Object.fromEntries(await Promise.all(entries));
  }

  async close(deadlineMs: number): Promise<void> {
    await Promise.all([...this.#running.values()].map(({ pipeline }) => pipeline.close(deadlineMs)));
  }

  async #start(prepared: PreparedPipeline, config: Config): Promise<void> {
    const running = await openRunningPipeline(prepared, config, this.#around);
    this.#running.set(prepared.id, running);
    this.latencies.push(running.pipeline.latency);
    running.pipeline.finished.then(
      () => this.#checkFinished(),
      (error) => this.#fail(error),
    );
  }

  async #stop(id: string): Promise<void> {
    await this.#running.get(id)?.pipeline.close(STOP_DEADLINE_MS);
    this.#running.delete(id);
  }

  async #swap(pipelines: readonly PreparedPipeline[], config: Config): Promise<string[]> {
    const { report } = this.#around;
    const refused: string[] = [];
    for (const prepared of pipelines) {
      const { id, revision } = prepared;
      const isTaken = await attemptChange(id, report, async () => this.#running.get(id)?.swap(prepared, config));
      if (isTaken) report({ type: "workflow_swapped", pipeline: id, revision });
      else refused.push(id);
    }
    return refused;
  }

  #checkFinished(): void {
    const [looked, changing] = [[...this.#running.values()], this.#changing];
    Promise.all([...looked.map(({ pipeline }) => pipeline.finished), changing]).then(
      () => {
        const isAll = [...this.#running.values()].every((running) => looked.includes(running));
        if (isAll && this.#changing === changing) this.#finish();
        else this.#checkFinished();
      },
      (error) => this.#fail(error),
    );
  }
}
