import { MillraceError } from "../../base/errors.ts";
import { Serial } from "../../base/serial.ts";
import type { ExpansionView } from "../../expansion/expansion-view.ts";
import type { Config } from "../config/schema/config-schema.ts";
import type { PreparedPipeline } from "../prepare/prepare.ts";
import { attempt, type Refusal } from "../reload/attempt.ts";
import { type ConfigChanges, type PreparedConfig, preparedOf } from "../reload/config-changes.ts";
import type { Latency } from "../report/latency.ts";
import type { WorkflowLook } from "../worker/workflow-runner.ts";
import { openRunningPipeline, type PipelineSurroundings, type RunningPipeline } from "./running-pipeline.ts";

/** What the steps of each pipeline have made, by the path of the step. */
export type PipelineExpansions = Readonly<Record<string, Readonly<Record<string, ExpansionView>>>>;

/** Longest wait for frames in flight of a pipeline that a new config takes away. */
const STOP_DEADLINE_MS = 5000;

/** All pipelines of a daemon, which come, go and change while it runs. */
export class Pipelines {
  readonly #around: PipelineSurroundings;
  readonly #running = new Map<string, RunningPipeline>();
  /** Of all pipelines since the start. */
  readonly latencies: Latency[] = [];
  /** Resolves when every camera of at least one pipeline has ended, and no change is pending that may add others. */
  readonly finished: Promise<void>;
  #finish = () => {};
  #fail: (error: unknown) => void = () => {};
  readonly #turns = new Serial();
  /** Under way or to come. */
  #changes = 0;
  readonly #ended = new WeakSet<RunningPipeline>();
  readonly #closing = new AbortController();
  /** Cameras of each pipeline that is being opened. */
  readonly #openings = new Map<Promise<unknown>, readonly string[]>();

  constructor(around: PipelineSurroundings) {
    this.#around = around;
    this.finished = new Promise((resolve, reject) => {
      this.#finish = resolve;
      this.#fail = reject;
    });
    // Those who await it get the rejection.
    this.finished.catch(() => {});
  }

  /** Starts the first pipelines; returns those that failed to start. */
  start(pipelines: readonly PreparedPipeline[], config: Config): Promise<Refusal[]> {
    return this.#startAll(pipelines, config, true);
  }

  async #startAll(pipelines: readonly PreparedPipeline[], config: Config, areCamerasEarly = false): Promise<Refusal[]> {
    const outcomes = pipelines.map(async (pipeline) => {
      const start = () => this.#start(pipeline, config, areCamerasEarly);
      const refusal = await attempt(partOf(pipeline), start, "PIPELINE_FAILED");
      if (refusal !== null && !this.#closing.signal.aborted) this.#tellCameras(pipeline, refusal);
      return refusal;
    });
    return refusalsIn(await Promise.all(outcomes));
  }

  /** Serialises changes; during a change nothing counts as finished. */
  change<T>(work: () => Promise<T>): Promise<T> {
    this.#changes++;
    return this.#turns.run(async () => {
      try {
        return await work();
      } finally {
        this.#changes--;
        this.#checkFinished();
      }
    });
  }

  /** Applies a new config to pipelines and cameras. A pipeline that is refused keeps running unchanged, with its present cameras. */
  async apply(changes: ConfigChanges, before: PreparedConfig, next: PreparedConfig): Promise<Refusal[]> {
    const { added, removed, reopened, swapped } = changes.pipelines;
    const untried = await this.#tryOut(pick(next, reopened), next.config);
    const reopening = reopened.filter((id) => !untried.some(({ part }) => part === `pipelines.${id}`));
    for (const id of [...removed, ...reopening]) await this.#stop(id);
    const going = [...changes.cameras].flatMap(([id, change]) => {
      const running = this.#running.get(id);
      return running === undefined ? [] : [{ running, ...change }];
    });
    // A camera may move from one pipeline to another: all leave before any comes.
    await Promise.all(
      going.map(({ running, removed: leaving, changed }) => running.stopCameras({ leaving, reopening: changed })),
    );
    const unswapped = await this.#swap(pick(next, swapped), next.config);
    await Promise.all(
      going.map(({ running, added: coming, changed }) => running.startCameras([...changed, ...coming], next.config)),
    );
    const unstarted = await this.#startAll(pick(next, [...added, ...reopening]), next.config);
    await this.#startAgain(pick(next, reopening), { before, next });
    return [...untried, ...unswapped, ...unstarted];
  }

  /** Pauses and resumes cameras, in turn with other changes; gets the config of then. */
  async shed(config: () => Config): Promise<void> {
    await this.change(async () => {
      await Promise.all([...this.#running.values()].map((running) => running.shed(config())));
    });
  }

  /** Cameras of pipelines that are not open yet: their frames wait for no fault of anything. */
  get awaiting(): ReadonlySet<string> {
    return new Set([...this.#openings.values()].flat());
  }

  async expansions(): Promise<PipelineExpansions> {
    const entries = [...this.#running].map(async ([id, { workflow }]) => [id, await workflow.expansions()] as const);
    return Object.fromEntries(await Promise.all(entries));
  }

  /** How each workflow goes; null for one that does not say. */
  async looks(): Promise<ReadonlyMap<string, WorkflowLook | null>> {
    const entries = [...this.#running].map(async ([id, { workflow }]) => [id, await workflow.look()] as const);
    return new Map(await Promise.all(entries));
  }

  async close(deadlineMs: number): Promise<void> {
    this.#closing.abort(new MillraceError("DAEMON_STOPPED", "the daemon stops before everything is open"));
    await Promise.allSettled(this.#openings.keys());
    await Promise.all([...this.#running.values()].map(({ pipeline }) => pipeline.close(deadlineMs)));
  }

  async #start(prepared: PreparedPipeline, config: Config, areCamerasEarly: boolean): Promise<void> {
    const { signal } = this.#closing;
    const opening = openRunningPipeline(prepared, config, this.#around, { signal, areCamerasEarly });
    this.#openings.set(opening, prepared.config.cameras);
    const running = await opening.finally(() => this.#openings.delete(opening));
    this.#running.set(prepared.id, running);
    this.latencies.push(running.pipeline.latency);
    running.pipeline.finished.then(
      () => {
        this.#ended.add(running);
        this.#checkFinished();
      },
      (error) => this.#fail(error),
    );
  }

  /** What a pipeline needs to open, before the one that runs is closed for it. */
  async #tryOut(pipelines: readonly PreparedPipeline[], config: Config): Promise<Refusal[]> {
    const trials = pipelines.map((prepared) =>
      attempt(partOf(prepared), async () => this.#running.get(prepared.id)?.tryOut(prepared, config)),
    );
    return refusalsIn(await Promise.all(trials));
  }

  /** Those that were closed for another that did not open after all. */
  async #startAgain(
    pipelines: readonly PreparedPipeline[],
    { before, next }: Record<"before" | "next", PreparedConfig>,
  ) {
    const gone = pipelines.filter(({ id }) => !this.#running.has(id));
    const as = ({ id, config }: PreparedPipeline): PreparedPipeline[] => {
      const old = preparedOf(before.prepared, id);
      return old === undefined ? [] : [{ ...old, config: { ...old.config, cameras: config.cameras } }];
    };
    await this.#startAll(gone.flatMap(as), next.config);
  }

  #tellCameras({ id, config }: PreparedPipeline, { code, message }: Refusal): void {
    for (const camera of config.cameras) {
      this.#around.report({ type: "camera_not_started", camera, pipeline: id, code, message });
    }
  }

  async #stop(id: string): Promise<void> {
    await this.#running.get(id)?.pipeline.close(STOP_DEADLINE_MS);
    this.#running.delete(id);
  }

  async #swap(pipelines: readonly PreparedPipeline[], config: Config): Promise<Refusal[]> {
    const refusals: (Refusal | null)[] = [];
    for (const prepared of pipelines) {
      const { id, revision } = prepared;
      const refusal = await attempt(partOf(prepared), async () => this.#running.get(id)?.swap(prepared, config));
      if (refusal === null) this.#around.report({ type: "workflow_swapped", pipeline: id, revision });
      refusals.push(refusal);
    }
    return refusalsIn(refusals);
  }

  #checkFinished(): void {
    const running = [...this.#running.values()];
    const haveEnded = running.length > 0 && running.every((one) => this.#ended.has(one));
    if (haveEnded && this.#changes === 0 && !this.#around.isAwaited()) this.#finish();
  }
}

function partOf({ id }: PreparedPipeline): string {
  return `pipelines.${id}`;
}

function pick({ prepared }: PreparedConfig, ids: readonly string[]): PreparedPipeline[] {
  return ids.map((id) => preparedOf(prepared, id)).filter((found) => found !== undefined);
}

function refusalsIn(outcomes: readonly (Refusal | null)[]): Refusal[] {
  return outcomes.filter((outcome) => outcome !== null);
}
