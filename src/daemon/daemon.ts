import { randomBytes } from "node:crypto";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { ConfigError, MillraceError, messageOf } from "../base/errors.ts";
import type { Plan } from "../compiler/plan.ts";
import type { FrameHandle } from "../kinds/frame.ts";
import type { Message } from "../publish/message-class.ts";
import { outboxFields } from "../publish/outbox-fields.ts";
import { openPublisher, type Publisher } from "../publish/publisher.ts";
import { openSequence } from "../publish/sequence.ts";
import { topicsOf } from "../publish/topics.ts";
import { type Arena, createArena } from "../stream/arena.ts";
import { openIntake } from "../stream/batch.ts";
import { openCamera } from "../stream/camera.ts";
import { type FfmpegBinary, findFfmpeg } from "../stream/ffmpeg-binary.ts";
import { createLedger, type FrameCounts, type Ledger } from "../stream/ledger.ts";
import { type Announcer, openAnnouncer } from "./announce.ts";
import { batchesUnderWay } from "./batches-under-way.ts";
import { brokerSettings } from "./broker-config.ts";
import { addressWithCredentials, cameraSettings } from "./camera-settings.ts";
import type { Config } from "./config-schema.ts";
import type { DaemonEvent, Report } from "./events.ts";
import type { PipelineExpansions } from "./expansions-page.ts";
import { type HttpServer, openHttp } from "./http.ts";
import { type LiveView, openLiveView } from "./live.ts";
import { type ModelStore, openModels } from "./models.ts";
import { OpenTracks } from "./open-tracks.ts";
import { openPipeline, type Pipeline } from "./pipeline.ts";
import type { Prepared, PreparedPipeline } from "./prepare.ts";
import { openRawView } from "./raw-view.ts";
import { openReplaceable, type ReplaceableWorkflow } from "./replaceable-workflow.ts";
import { CameraStates, type Counted, type Health, statistics } from "./statistics.ts";
import { type Summary, summarise } from "./summary.ts";
import { VERSION } from "./version.ts";
import { openWorkflow, renditionsOf, type Workflow } from "./workflow.ts";

export interface DaemonSettings {
  config: Config;
  prepared: Prepared;
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
  /** Takes changed definitions while everything else goes on; false when more has changed than that. */
  reload(config: Config, prepared: Prepared): Promise<boolean>;
  /** Stops within about the deadline: cameras, then frames in flight, then what is to be published. */
  close(deadlineMs: number): Promise<void>;
}

/** Most pictures a second of one camera on the live page. */
const LIVE_FPS = 12;

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
  readonly #config: Config;
  readonly #startedAt = performance.now();
  readonly #boot = randomBytes(4).toString("hex");
  readonly #ledger: Ledger = createLedger();
  readonly #sequence = openSequence();
  readonly #live: LiveView = openLiveView({ maxFps: LIVE_FPS });
  readonly #pipelines: Pipeline[] = [];
  readonly #workflows = new Map<
    string,
    { workflow: ReplaceableWorkflow; prepared: PreparedPipeline; open: OpenPrepared }
  >();
  /** Undone in reverse order. */
  readonly #closers: ((deadlineMs: number) => Promise<void>)[] = [];
  #firstFrameAt: number | undefined;
  #lastResultAt = 0;
  readonly #firstSeen = new Set<string>();
  readonly #states = new CameraStates();
  #counted: Counted = { counts: {}, at: performance.now() };
  #models: ModelStore | null = null;
  #publisher: Publisher | null = null;
  #announcer: Announcer | null = null;
  #http: HttpServer | null = null;
  #closing: Promise<void> | null = null;

  constructor(settings: DaemonSettings) {
    this.#settings = settings;
    this.#config = settings.config;
  }

  get url(): string | null {
    return this.#http?.url ?? null;
  }

  get finished(): Promise<void> {
    return Promise.all(this.#pipelines.map((pipeline) => pipeline.finished)).then(() => {});
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
    await this.#startHttp(ffmpeg);
    this.#closers.push(async (deadlineMs) => {
      await Promise.all(this.#pipelines.map((pipeline) => pipeline.close(deadlineMs)));
    });
    await this.#startPipelines({ arena, ffmpeg, models });
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
    return summarise(
      this.counts(),
      this.#pipelines.map(({ latency }) => latency),
      seconds,
    );
  }

  close(deadlineMs: number): Promise<void> {
    this.#closing ??= this.#close(deadlineMs);
    return this.#closing;
  }

  async #close(deadlineMs: number): Promise<void> {
    const startedAt = performance.now();
    this.#publisher?.announceStopping();
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
    const { http, device, cameras } = this.#config;
    if (http === null) return;
    const addressOf = (camera: string) => {
      const found = cameras[camera];
      return found === undefined ? "" : addressWithCredentials(found);
    };
    const raw = openRawView({ ffmpegPath: ffmpeg.path, addressOf });
    const server = await openHttp({
      ...http,
      device,
      cameras: Object.keys(cameras),
      live: this.#live,
      raw,
      health: () => this.#health(),
      expansions: () => this.#expansions(),
    }).catch((error: NodeJS.ErrnoException) => {
      const what = error.code === "EADDRINUSE" ? `port ${http.port} is in use by another program` : error.message;
      throw new ConfigError("CONFIG_HTTP", [{ code: "CONFIG_HTTP", path: "/http", message: what }]);
    });
    this.#http = server;
    this.#closers.push(async () => {
      this.#live.close();
      await raw.close();
      await server.close();
    });
    this.#report({ type: "http_listening", url: server.url });
  }

  /** A pipeline that cannot start leaves the others alone; only when none can is it a failure of the whole. */
  async #startPipelines(parts: Parts): Promise<void> {
    const { pipelines } = this.#settings.prepared;
    const outcomes = await Promise.allSettled(pipelines.map((pipeline) => this.#startPipeline(pipeline, parts)));
    const failures = outcomes.flatMap((outcome, i) =>
      outcome.status === "rejected" ? [{ i, error: outcome.reason }] : [],
    );
    if (failures.length > 0 && failures.length === outcomes.length) throw failures[0]?.error;
    for (const { i, error } of failures) {
      const pipeline = pipelines[i]?.id ?? "";
      const code = error instanceof MillraceError ? error.code : "PIPELINE_FAILED";
      for (const camera of pipelines[i]?.config.cameras ?? []) {
        this.#report({ type: "camera_not_started", camera, pipeline, code, message: messageOf(error) });
      }
    }
  }

  async #startPipeline(prepared: PreparedPipeline, parts: Parts): Promise<void> {
    const { id, config, plan } = prepared;
    const { arena, models, ffmpeg } = parts;
    const sessions = this.#config.inference.sessions ?? availableParallelism();
    const crew = { sessions, cameras: config.cameras.length, batchSize: config.batch_size };
    const credits = config.concurrency ?? batchesUnderWay(crew);
    const open = (wanted: PreparedPipeline) => this.#openWorkflow(wanted, parts, credits);
    const workflow = openReplaceable(await open(prepared));
    const renditions = renditionsOf(plan, config.parameters, models);
    const report: Report = (event) => this.#report(event);
    const cameras = config.cameras.map((camera) => {
      this.#announcer?.cameraStarting(camera);
      const entry = this.#config.cameras[camera];
      if (entry === undefined) throw new ConfigError("CONFIG", []);
      return openCamera(cameraSettings(camera, entry, credits + 3), {
        ffmpeg,
        arena,
        renditions,
        ledger: this.#ledger,
        report,
      });
    });
    const { batch_size: batchSize, batch_wait_ms: batchWaitMs } = config;
    const intake = openIntake({ cameras, ledger: this.#ledger, batchSize, batchWaitMs, credits });
    const tracks = new OpenTracks(this.#sequence);
    const pipeline = openPipeline({
      id,
      intake,
      workflow,
      ledger: this.#ledger,
      viewers: this.#live,
      report,
      publish: (message) => {
        tracks.observe(message);
        this.#publish(message);
      },
      stateLost: () => {
        for (const message of tracks.endAll()) this.#publish(message);
      },
      onResult: (frame, result) => this.#note(frame, result.objects),
    });
    this.#pipelines.push(pipeline);
    this.#workflows.set(id, { workflow, prepared, open });
    this.#models = models;
  }

  #openWorkflow(prepared: PreparedPipeline, { arena, models }: Parts, credits: number): Promise<Workflow> {
    const { id, config, plan } = prepared;
    const { state_dir: stateDir } = this.#config;
    return openWorkflow({
      plan,
      models,
      arena: arena.memory,
      plugins: prepared.plugins,
      parameters: config.parameters,
      ...(stateDir === undefined ? {} : { stateDirectory: join(stateDir, "blocks", id) }),
      report: (event) => this.#report({ ...event, pipeline: id }),
      onError: config.on_error === "drop" ? "throw" : "isolate",
      concurrency: credits,
      timeoutMs: config.timeout_ms,
      writer: { publish: this.#publishSettings(prepared), outputs: false, picture: prepared.picture },
    });
  }

  async reload(config: Config, prepared: Prepared): Promise<boolean> {
    const models = this.#models;
    if (models === null || JSON.stringify(config) !== JSON.stringify(this.#config)) return false;
    const changed = prepared.pipelines.filter(({ id, revision }) => {
      return this.#workflows.get(id)?.prepared.revision !== revision;
    });
    for (const next of changed) {
      const now = this.#workflows.get(next.id);
      if (now === undefined || keepsState(now.prepared.plan) || keepsState(next.plan)) return false;
      const wanted = (plan: Plan) => JSON.stringify(renditionsOf(plan, next.config.parameters, models));
      // The decoders of its cameras would have to start anew.
      if (wanted(now.prepared.plan) !== wanted(next.plan)) return false;
    }
    for (const next of changed) await this.#replace(next);
    return true;
  }

  async #replace(next: PreparedPipeline): Promise<void> {
    const now = this.#workflows.get(next.id);
    if (now === undefined) return;
    const opened = await now.open(next);
    this.#workflows.set(next.id, { ...now, prepared: next });
    await now.workflow.replace(opened, 2000);
    this.#report({ type: "pipeline_replaced", pipeline: next.id, revision: next.revision });
  }

  #publishSettings({ id, revision, config, detections }: PreparedPipeline) {
    const { device, mqtt } = this.#config;
    const { frames, events, outputs } = config.publish;
    if (mqtt === undefined && this.#settings.onMessage === undefined) return null;
    const workflow = { id, revision };
    const prefix = mqtt?.prefix ?? "millrace";
    return {
      prefix,
      device,
      boot: this.#boot,
      sequence: this.#sequence.memory,
      workflow,
      detections,
      frames,
      events,
      outputs,
    };
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
    const timer = setInterval(() => this.#announceStats(), this.#config.stats_interval_s * 1000);
    timer.unref();
    this.#closers.push(async () => clearInterval(timer));
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
    const entries = [...this.#workflows].map(async ([id, { workflow }]) => [id, await workflow.expansions()] as const);
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

type OpenPrepared = (prepared: PreparedPipeline) => Promise<Workflow>;

/** State on disk has one owner at a time, so that its pipeline is closed before the next one opens. */
function keepsState({ steps }: Plan): boolean {
  return steps.some(({ code }) => code !== null && code.persist !== null);
}

interface Parts {
  arena: Arena;
  ffmpeg: FfmpegBinary;
  models: ReturnType<typeof openModels>;
}
