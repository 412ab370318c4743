import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { BugError, ConfigError, MillraceError, messageOf } from "../base/errors.ts";
import type { FrameHandle } from "../kinds/frame.ts";
import type { Message } from "../publish/message-class.ts";
import { outboxFields } from "../publish/outbox-fields.ts";
import { openPublisher, type Publisher } from "../publish/publisher.ts";
import { openSequence } from "../publish/sequence.ts";
import { topicsOf } from "../publish/topics.ts";
import { type Arena, createArena } from "../stream/arena.ts";
import { type FfmpegBinary, findFfmpeg } from "../stream/ffmpeg-binary.ts";
import { createLedger, type FrameCounts, type Ledger } from "../stream/ledger.ts";
import { type Announcer, openAnnouncer } from "./announce.ts";
import { brokerSettings } from "./broker-config.ts";
import { addressWithCredentials } from "./camera-settings.ts";
import { type ConfigChanges, configChanges, type PreparedConfig, preparedOf } from "./config-changes.ts";
import type { Config } from "./config-schema.ts";
import type { DaemonEvent, Report } from "./events.ts";
import type { PipelineExpansions } from "./expansions-page.ts";
import { type HttpServer, openHttp } from "./http.ts";
import type { Latency } from "./latency.ts";
import { type LiveView, openLiveView } from "./live.ts";
import { openModels } from "./models.ts";
import type { Prepared, PreparedPipeline } from "./prepare.ts";
import { openRawView, type RawView } from "./raw-view.ts";
import { openRunningPipeline, type RunningPipeline } from "./running-pipeline.ts";
import { CameraStates, type Counted, type Health, statistics } from "./statistics.ts";
import { type Summary, summarise } from "./summary.ts";
import { VERSION } from "./version.ts";

export interface DaemonSettings extends PreparedConfig {
  report: Report;
  /** Sees every message beside the broker, or instead of it when the config names none. */
  onMessage?: (message: Message) => void;
}

export interface Daemon {
  /** Address of the live page, null when it is switched off. */
  readonly url: string | null;
  /** Resolves when every camera has ended; live cameras never do. */
  readonly finished: Promise<void>;
  counts(): Record<string, FrameCounts>;
  summary(): Summary;
  /**
   * Takes another config while running, so that only what has changed is touched; false, and nothing is, when that
   * takes a daemon that is opened anew.
   */
  apply(next: PreparedConfig): Promise<boolean>;
  /** Stops within about the deadline: cameras, then frames in flight, then what is to be published. */
  close(deadlineMs: number): Promise<void>;
}

/** Most pictures a second of one camera on the live page. */
const LIVE_FPS = 12;
/** Longest wait for frames in flight of what a new config takes away, and for the farewell to a broker. */
const APPLY_DEADLINE_MS = 5000;

/** Composition root of the main thread: builds every part, wires them, and takes them down in reverse. */
export async function openDaemon(settings: DaemonSettings): Promise<Daemon> {
  const daemon = new RunningDaemon(settings);
  try {
    await daemon.start();
    return daemon;
  } catch (error) {
    await daemon.close(2000);
    throw error;
  }
}

class RunningDaemon implements Daemon {
  readonly #settings: DaemonSettings;
  #config: Config;
  #prepared: Prepared;
  readonly #startedAt = performance.now();
  readonly #boot = randomBytes(4).toString("hex");
  readonly #ledger: Ledger = createLedger();
  readonly #sequence = openSequence();
  readonly #live: LiveView = openLiveView({ maxFps: LIVE_FPS });
  readonly #pipelines = new Map<string, RunningPipeline>();
  /** Of all pipelines since the start. */
  readonly #latencies: Latency[] = [];
  #parts: Parts | null = null;
  #applying: Promise<unknown> = Promise.resolve();
  #finish = () => {};
  readonly finished: Promise<void>;
  /** Undone in reverse order. */
  readonly #closers: ((deadlineMs: number) => Promise<void>)[] = [];
  #firstFrameAt: number | undefined;
  #lastResultAt = 0;
  readonly #firstSeen = new Set<string>();
  readonly #states = new CameraStates();
  #counted: Counted = { counts: {}, at: performance.now() };
  #publisher: Publisher | null = null;
  #announcer: Announcer | null = null;
  #http: { server: HttpServer; raw: RawView } | null = null;
  #statsTimer: NodeJS.Timeout | undefined;
  #closing: Promise<void> | null = null;

  constructor(settings: DaemonSettings) {
    this.#settings = settings;
    this.#config = settings.config;
    this.#prepared = settings.prepared;
    this.finished = new Promise((resolve) => {
      this.#finish = resolve;
    });
  }

  get url(): string | null {
    return this.#http?.server.url ?? null;
  }

  async start(): Promise<void> {
    const { config, prepared } = this.#settings;
    await this.#startPublishing();
    const ffmpeg = await findFfmpeg(config.ffmpeg);
    this.#report({ type: "ffmpeg_found", path: ffmpeg.path, origin: ffmpeg.origin, version: ffmpeg.version });
    const arena = createArena({ sizeBytes: config.frame_memory_mb * 2 ** 20, configKey: "frame_memory_mb" });
    const models = openModels({
      arena: arena.memory,
      descriptions: prepared.models,
      inference: {
        providers: config.inference.providers,
        sessions: config.inference.sessions ?? null,
        maxBatch: config.inference.max_batch,
        maxWaitMs: config.inference.max_wait_ms,
      },
      report: (event) => this.#report(event),
    });
    this.#closers.push(() => models.close());
    this.#closers.push(() => this.#stopHttp());
    await this.#startHttp(ffmpeg);
    this.#closers.push(async (deadlineMs) => {
      await Promise.all([...this.#pipelines.values()].map(({ pipeline }) => pipeline.close(deadlineMs)));
    });
    this.#parts = { arena, ffmpeg, models };
    await this.#startPipelines(prepared.pipelines);
    this.#startStats();
    const cameras = Object.keys(config.cameras).length;
    const pipelines = prepared.pipelines.length;
    this.#report({
      type: "daemon_started",
      version: VERSION,
      device: config.device,
      cameras,
      pipelines,
      ms: this.#uptimeMs(),
    });
  }

  counts(): Record<string, FrameCounts> {
    return this.#ledger.snapshot();
  }

  summary(): Summary {
    const seconds = Math.max(0, this.#lastResultAt - (this.#firstFrameAt ?? this.#lastResultAt)) / 1000;
    return summarise(this.counts(), this.#latencies, seconds);
  }

  apply(next: PreparedConfig): Promise<boolean> {
    const applied = this.#applying.then(() => this.#apply(next));
    this.#applying = applied.catch(() => {});
    return applied;
  }

  close(deadlineMs: number): Promise<void> {
    this.#closing ??= this.#close(deadlineMs);
    return this.#closing;
  }

  async #close(deadlineMs: number): Promise<void> {
    const startedAt = performance.now();
    clearInterval(this.#statsTimer);
    this.#publisher?.announceStopping();
    await Promise.race([this.#applying, delay(deadlineMs, undefined, { ref: false })]);
    for (const closer of this.#closers.toReversed()) await closer(deadlineMs);
    this.#report({ type: "daemon_stopped", ms: performance.now() - startedAt });
  }

  async #startPublishing(): Promise<void> {
    const { mqtt, device, state_dir: stateDir } = this.#config;
    if (mqtt === undefined) return;
    const publisher = openPublisher({
      broker: await brokerSettings(mqtt, device),
      spool: { maxBytes: mqtt.spool_mb * 2 ** 20, maxAgeS: mqtt.spool_days * 86_400 },
      report: (event) => this.#report(event),
      ...(stateDir === undefined ? {} : { spoolDirectory: join(stateDir, "spool") }),
    });
    this.#publisher = publisher;
    this.#closers.push((deadlineMs) => {
      this.#announceStats();
      return publisher.close(deadlineMs);
    });
    const sender = { device, boot: this.#boot, sequence: this.#sequence };
    this.#announcer = openAnnouncer(sender, topicsOf(mqtt.prefix, device), publisher);
    this.#announcer.info(Object.keys(this.#config.cameras), Object.keys(this.#config.pipelines));
  }

  async #startHttp(ffmpeg: FfmpegBinary): Promise<void> {
    const { http, device } = this.#config;
    if (http === null) return;
    const addressOf = (camera: string) => {
      const found = this.#config.cameras[camera];
      return found === undefined ? "" : addressWithCredentials(found);
    };
    const raw = openRawView({ ffmpegPath: ffmpeg.path, addressOf });
    const server = await openHttp({
      ...http,
      device,
      cameras: () => Object.keys(this.#config.cameras),
      live: this.#live,
      raw,
      health: () => this.#health(),
      expansions: () => this.#expansions(),
    }).catch((error: NodeJS.ErrnoException) => {
      const what = error.code === "EADDRINUSE" ? `port ${http.port} is in use by another program` : error.message;
      throw new ConfigError("CONFIG_HTTP", [{ code: "CONFIG_HTTP", path: "/http", message: what }]);
    });
    this.#http = { server, raw };
    this.#report({ type: "http_listening", url: server.url });
  }

  async #stopHttp(): Promise<void> {
    const http = this.#http;
    this.#http = null;
    this.#live.close();
    await http?.raw.close();
    await http?.server.close();
  }

  async #restartHttp(): Promise<void> {
    await this.#stopHttp();
    if (this.#parts !== null) await this.#startHttp(this.#parts.ffmpeg);
  }

  /** A pipeline that cannot start leaves the others alone; only when none can is it a failure of the whole. */
  async #startPipelines(pipelines: readonly PreparedPipeline[]): Promise<void> {
    const outcomes = await Promise.allSettled(pipelines.map((pipeline) => this.#startPipeline(pipeline)));
    const failures = outcomes.flatMap((outcome, i) =>
      outcome.status === "rejected" ? [{ i, error: outcome.reason }] : [],
    );
    if (failures.length > 0 && this.#pipelines.size === 0) throw failures[0]?.error;
    for (const { i, error } of failures) {
      const pipeline = pipelines[i]?.id ?? "";
      const code = error instanceof MillraceError ? error.code : "PIPELINE_FAILED";
      for (const camera of pipelines[i]?.config.cameras ?? []) {
        this.#report({ type: "camera_not_started", camera, pipeline, code, message: messageOf(error) });
      }
    }
  }

  async #startPipeline(prepared: PreparedPipeline): Promise<void> {
    if (this.#parts === null) throw new BugError("pipelines start when the daemon has its parts");
    const running = await openRunningPipeline(prepared, this.#config, {
      ...this.#parts,
      ledger: this.#ledger,
      sequence: this.#sequence,
      boot: this.#boot,
      viewers: this.#live,
      report: (event) => this.#report(event),
      publish: this.#hasReaders() ? (message) => this.#publish(message) : null,
      cameraStarting: (camera) => this.#announcer?.cameraStarting(camera),
      onResult: (frame, result) => this.#note(frame, result.objects),
    });
    this.#pipelines.set(prepared.id, running);
    this.#latencies.push(running.pipeline.latency);
    void running.pipeline.finished.finally(() => this.#checkFinished());
  }

  async #stopPipeline(id: string, deadlineMs: number): Promise<void> {
    const running = this.#pipelines.get(id);
    await running?.pipeline.close(deadlineMs);
    this.#pipelines.delete(id);
  }

  /** All that run have ended, and none is on its way. */
  #checkFinished(): void {
    const [looked, applied] = [[...this.#pipelines.values()], this.#applying];
    void Promise.all([...looked.map(({ pipeline }) => pipeline.finished), applied]).then(() => {
      const isAll = [...this.#pipelines.values()].every((running) => looked.includes(running));
      if (isAll && this.#applying === applied) this.#finish();
      else this.#checkFinished();
    });
  }

  #hasReaders(): boolean {
    return this.#config.mqtt !== undefined || this.#settings.onMessage !== undefined;
  }

  async #apply(next: PreparedConfig): Promise<boolean> {
    if (this.#closing !== null || this.#parts === null) return false;
    const before: PreparedConfig = { config: this.#config, prepared: this.#prepared };
    const changes = configChanges(before, next);
    if (changes.restart.length > 0) {
      this.#report({ type: "config_needs_restart", keys: changes.restart });
      return false;
    }
    this.#parts.models.learn(next.prepared.models);
    this.#config = next.config;
    this.#prepared = next.prepared;
    await this.#applyOutside(changes);
    await this.#applyPipelines(changes, before);
    const { added, removed, reopened, swapped } = changes.pipelines;
    const cameras = [...changes.cameras.values()].flatMap((change) => [
      ...change.added,
      ...change.removed,
      ...change.changed,
    ]);
    this.#announcer?.info(Object.keys(this.#config.cameras), Object.keys(this.#config.pipelines));
    this.#report({ type: "config_applied", added, removed, reopened, swapped, cameras });
    return true;
  }

  /** What stands around the pipelines. */
  async #applyOutside({ broker, http, stats }: ConfigChanges): Promise<void> {
    const { mqtt, device } = this.#config;
    if (broker && mqtt !== undefined) {
      await this.#attempt("mqtt", async () => {
        await this.#publisher?.reconnect(await brokerSettings(mqtt, device), APPLY_DEADLINE_MS);
      });
    }
    if (http) await this.#attempt("http", () => this.#restartHttp());
    if (stats) this.#startStats();
  }

  async #applyPipelines({ pipelines, cameras }: ConfigChanges, before: PreparedConfig): Promise<void> {
    const preparedOfId = (id: string) => preparedOf(this.#prepared, id);
    for (const id of [...pipelines.removed, ...pipelines.reopened]) await this.#stopPipeline(id, APPLY_DEADLINE_MS);
    const leaving = [...cameras].map(([id, { removed, changed, added }]) => ({
      running: this.#pipelines.get(id),
      stop: [...removed, ...changed],
      later: [...changed, ...added],
    }));
    // A camera may move from one pipeline to another: all leave before any comes.
    await Promise.all(leaving.map(({ running, stop }) => running?.replaceCameras({ stop, start: [] }, this.#config)));
    for (const id of pipelines.swapped) {
      const prepared = preparedOfId(id);
      if (prepared === undefined) continue;
      const isTaken = await this.#attempt(
        id,
        () => this.#pipelines.get(id)?.swap(prepared, this.#config) ?? Promise.resolve(),
      );
      if (!isTaken) this.#goOnWith(before, id);
      else this.#report({ type: "workflow_swapped", pipeline: id, revision: prepared.revision });
    }
    await Promise.all(
      leaving.map(({ running, later }) => running?.replaceCameras({ stop: [], start: later }, this.#config)),
    );
    const starting = [...pipelines.added, ...pipelines.reopened]
      .map(preparedOfId)
      .filter((found) => found !== undefined);
    await this.#attempt(starting.map(({ id }) => id).join(", "), () => this.#startPipelines(starting));
  }

  /** True when it went well; what did not is told, and nothing else is stopped by it. */
  async #attempt(what: string, work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      const code = error instanceof MillraceError ? error.code : "CONFIG_APPLY";
      this.#report({ type: "change_refused", what, code, message: messageOf(error) });
      return false;
    }
  }

  /** A definition that could not be opened is still to come: what runs is that of before. */
  #goOnWith(before: PreparedConfig, id: string): void {
    const old = preparedOf(before.prepared, id);
    if (old === undefined) return;
    const pipelines = this.#prepared.pipelines.map((pipeline) => (pipeline.id === id ? old : pipeline));
    this.#prepared = { ...this.#prepared, pipelines };
  }

  #publish(message: Message): void {
    this.#publisher?.publish(message);
    this.#settings.onMessage?.(message);
  }

  #note({ camera, decodedAt }: FrameHandle, objects: number): void {
    this.#firstFrameAt ??= decodedAt - performance.timeOrigin;
    this.#lastResultAt = performance.now();
    if (objects === 0 || this.#firstSeen.has(camera)) return;
    this.#firstSeen.add(camera);
    this.#report({ type: "first_detection", camera, ms: this.#uptimeMs() });
  }

  #report(event: DaemonEvent): void {
    this.#states.observe(event);
    this.#announcer?.observe(event);
    this.#settings.report(event);
  }

  #startStats(): void {
    if (this.#publisher === null) return;
    clearInterval(this.#statsTimer);
    this.#statsTimer = setInterval(() => this.#announceStats(), this.#config.stats_interval_s * 1000);
    this.#statsTimer.unref();
  }

  /** The last one, at the end, has nothing in flight: its sums agree. */
  #announceStats(): void {
    if (this.#publisher === null) return;
    const now = { counts: this.counts(), at: performance.now() };
    const outbox = outboxFields(this.#publisher.stats());
    const more = { uptime_s: this.#uptimeMs() / 1000, failures: this.#states.failures(), outbox };
    this.#announcer?.stats({ ...statistics(this.#counted, now), ...more });
    this.#counted = now;
  }

  async #expansions(): Promise<PipelineExpansions> {
    const entries = [...this.#pipelines].map(async ([id, { workflow }]) => [id, await workflow.expansions()] as const);
    return Object.fromEntries(await Promise.all(entries));
  }

  #health(): Health {
    const broker = this.#publisher === null ? "none" : this.#publisher.connected ? "connected" : "away";
    const cameras = Object.keys(this.#config.cameras);
    return this.#states.health({
      ok: this.#closing === null,
      broker,
      cameras,
      counts: this.counts(),
      uptimeS: this.#uptimeMs() / 1000,
    });
  }

  #uptimeMs(): number {
    return performance.now() - this.#startedAt;
  }
}

interface Parts {
  arena: Arena;
  ffmpeg: FfmpegBinary;
  models: ReturnType<typeof openModels>;
}
