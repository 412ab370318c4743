import { MillraceError } from "../base/errors.ts";
import { steadyMs } from "../base/steady-clock.ts";
import { offerTemporaryFolder } from "../base/temporary-folder.ts";
import { endsWithin, unlessAborted, within } from "../base/within.ts";
import type { FrameHandle } from "../kinds/frame.ts";
import type { Message } from "../publish/messages/message-class.ts";
import type { FfmpegBinary } from "../stream/ffmpeg/ffmpeg-binary.ts";
import { type Arena, createArena } from "../stream/frames/arena.ts";
import { createLedger, type FrameCounts, type Ledger } from "../stream/ledger.ts";
import { Streams } from "../stream/streams.ts";
import { EventFiles } from "./archive/event-files.ts";
import { Claims, type Lock } from "./claim/claims.ts";
import { usedCameras } from "./config/config-warnings.ts";
import { configuredFfmpeg } from "./config/configured-ffmpeg.ts";
import { gpuOptions } from "./config/gpu-options.ts";
import type { Config } from "./config/schema/config-schema.ts";
import type { Control } from "./control/control.ts";
import { zoneFits, zoneView, zoneViews } from "./control/zone-views.ts";
import { type HostState, HostWatch } from "./host/host-watch.ts";
import { LoadShedding } from "./host/load-shedding.ts";
import { shedText } from "./host/shed-text.ts";
import { hostWatchSettings, sheddingOf } from "./host-watch-settings.ts";
import { cameraPictures } from "./http/camera-pictures.ts";
import { type LiveView, openLiveView } from "./http/live.ts";
import { PageServer } from "./http/page-server.ts";
import { type PageState, pageState } from "./http/page-state.ts";
import type { ZoneDesk } from "./http/zone-routes.ts";
import { Messaging } from "./messaging.ts";
import { openModels } from "./models/models.ts";
import { Pipelines } from "./pipeline/pipelines.ts";
import type { PipelineSurroundings } from "./pipeline/running-pipeline.ts";
import { videoTargets } from "./prepare/video-targets.ts";
import { warningsOf } from "./prepare/warnings.ts";
import { attempt, type Refusal } from "./reload/attempt.ts";
import type { ConfigChanges, PreparedConfig } from "./reload/config-changes.ts";
import { Reconciler } from "./reload/reconcile.ts";
import { blotEvent } from "./report/blot-event.ts";
import { CameraNotes } from "./report/camera-facts.ts";
import { watchClock } from "./report/clock-watch.ts";
import { type DaemonEvent, MODEL_AWAITED, type Report, ZONE_LOST } from "./report/events.ts";
import { type Flow, Liveness, stallLimit } from "./report/liveness.ts";
import { type Metrics, openMetrics } from "./report/metrics/metrics.ts";
import { SeenFrames } from "./report/seen-frames.ts";
import { CameraStates, type Health } from "./report/statistics.ts";
import { type Summary, summarise } from "./report/summary.ts";
import { VERSION } from "./report/version.ts";
import { watchPauses } from "./timing/collector-pauses.ts";
import { VideoOut } from "./video/video-out.ts";
import type { FrameResult } from "./worker/result-writer.ts";

export interface DaemonSettings extends PreparedConfig {
  report: Report;
  /** What it holds for itself alone; that of a daemon before it, when it comes right after one. */
  claims?: Claims;
  /** Where the page of the daemon before this one was, for as long as its own address cannot be had. */
  pageBefore?: Config["http"];
  /** Changes the config on command; without it no commands are taken. */
  control?: Control;
  /** Why a model is not there yet, from what brings it. */
  whyAbsent?: (model: string) => string | null;
  /** That of the config, where it was asked already. */
  ffmpeg?: Promise<FfmpegBinary>;
  /** Gives up opening. */
  signal?: AbortSignal;
  /** Why the config file as it lies there is not the one that runs; null when it is. */
  configFault?: () => string | null;
  /** Sees every message beside the broker, or instead of it when the config names none. */
  onMessage?: (message: Message) => void;
}

export interface Daemon {
  /** Address of the live page, null when it is switched off. */
  readonly url: string | null;
  /** Resolves when every camera has ended; live cameras never do. */
  readonly finished: Promise<void>;
  /** The config that runs; parts that were refused are as they were before. */
  readonly inForce: PreparedConfig;
  /** Parts of the config that could not be applied (yet). */
  readonly refusals: readonly Refusal[];
  counts(): Record<string, FrameCounts>;
  summary(): Summary;
  health(): Health;
  /** Whether frames are processed; to be asked every few seconds. */
  flow(): Flow;
  /**
   * Takes another config while running, part by part, so that only what has changed is touched; a part that is refused
   * is tried again. False, and nothing is touched, when it takes a daemon that is reopened.
   */
  apply(next: PreparedConfig): Promise<boolean>;
  /** Stops within about the deadline: cameras, then frames in flight, then what is to be published. */
  close(deadlineMs: number): Promise<void>;
}

const OPENING_CLOSE_MS = 2000;
/** Beside the deadlines, for the ends of threads and the disk. */
const STUCK_MS = 3000;
/** Composition root of the main thread: builds every part, wires them, and takes them down in reverse. */
export async function openDaemon(settings: DaemonSettings): Promise<Daemon> {
  const { signal } = settings;
  const daemon = new RunningDaemon(settings);
  try {
    signal?.throwIfAborted();
    const started = daemon.start();
    await (signal === undefined ? started : unlessAborted(signal, started));
    return daemon;
  } catch (error) {
    await daemon.close(OPENING_CLOSE_MS);
    throw error;
  }
}

/** Threads that are in the code of a system library or a driver cannot be ended, nor waited for. */
function stuck(): MillraceError {
  const message = "a thread does not end: it is in code that nothing but the end of the process stops";
  return new MillraceError("DAEMON_STUCK", message);
}

class RunningDaemon implements Daemon {
  readonly #settings: DaemonSettings;
  readonly #reconciler: Reconciler;
  readonly #claims: Claims;
  readonly #startedAt = performance.now();
  readonly #ledger: Ledger = createLedger();
  readonly #live: LiveView = openLiveView();
  readonly #files: EventFiles;
  #pipelines: Pipelines | null = null;
  #parts: Parts | null = null;
  /** Undone in reverse order. */
  readonly #closers: ((deadlineMs: number) => Promise<void>)[] = [];
  readonly #states = new CameraStates();
  readonly #notes = new CameraNotes();
  readonly #liveness = new Liveness();
  readonly #seen = new SeenFrames({
    isPublished: () => this.#messaging.broker !== "none",
    report: (event) => this.#report(event),
  });
  readonly #metrics: Metrics;
  readonly #messaging: Messaging;
  readonly #shedding = new LoadShedding();
  readonly #host = new HostWatch(
    (event) => this.#report(event),
    (state) => this.#shed(state),
  );
  #pages: PageServer | null = null;
  #video: VideoOut | null = null;
  #claim: Lock | null = null;
  #closing: Promise<void> | null = null;

  constructor(settings: DaemonSettings) {
    this.#settings = settings;
    this.#claims = settings.claims ?? new Claims();
    this.#reconciler = new Reconciler({
      inForce: settings,
      apply: (changes, before, next) => this.#apply(changes, before, next),
      inTurn: (work) => this.#pipelines?.change(work) ?? work(),
      report: (event) => this.#report(event),
    });
    this.#files = new EventFiles({
      config: () => this.#config,
      ffmpegPath: () => this.#parts?.ffmpeg.path ?? "ffmpeg",
      report: (event) => this.#report(event),
      publishPicture: (picture) => this.#messaging.publishPicture(picture),
      publishClip: (clip) => this.#messaging.publishClip(clip),
    });
    this.#metrics = openMetrics({
      device: () => this.#config.device,
      health: () => this.health(),
      counts: () => this.counts(),
      reused: () => this.#seen.reused.snapshot(),
      regions: () => this.#seen.regions.snapshot(),
      times: () => this.#seen.times.read(),
      outbox: () => this.#messaging.outbox,
      flow: () => this.flow(),
      host: () => this.#host.state,
    });
    this.#messaging = new Messaging({
      inForce: () => this.#reconciler.inForce,
      control: settings.control,
      live: this.#live,
      onMessage: (message) => {
        this.#files.observe(message);
        settings.onMessage?.(message);
      },
      measures: () => ({
        counts: this.counts(),
        reused: this.#seen.reused.snapshot(),
        regions: this.#seen.regions.snapshot(),
        times: this.#seen.times.read(),
        latency: (camera) => this.#notes.facts(camera).latency,
        uptimeS: this.#uptimeMs() / 1000,
        failures: this.#states.failures(),
        archive: this.#files.archive.health(),
        host: this.#host.state,
      }),
      report: (event) => this.#report(event),
    });
  }

  get finished(): Promise<void> {
    return this.#pipelines?.finished ?? Promise.resolve();
  }

  get inForce(): PreparedConfig {
    return this.#reconciler.inForce;
  }

  get refusals(): readonly Refusal[] {
    return this.#reconciler.refusals;
  }

  get url(): string | null {
    return this.#pages?.url ?? null;
  }

  get #config(): Config {
    return this.#reconciler.inForce.config;
  }

  /** Locks come first and the broker last, so that a second daemon disturbs nothing. */
  async start(): Promise<void> {
    const { config, prepared, signal } = this.#settings;
    this.#warn({ config, prepared });
    this.#claim = await this.#claims.take(config, (event) => this.#report(event));
    this.#closers.push(async () => this.#claim?.release());
    this.#closers.push(() => this.#files.archive.close());
    if (config.state_dir !== undefined) offerTemporaryFolder(config.state_dir);
    const ffmpeg = await this.#opened(this.#settings.ffmpeg ?? configuredFfmpeg(config, signal));
    this.#report({ type: "ffmpeg_found", path: ffmpeg.path, origin: ffmpeg.origin, version: ffmpeg.version });
    const parts = this.#openParts(ffmpeg);
    const pageRefusal = await this.#opened(attempt("http", () => this.#openPage(ffmpeg)));
    const video = new VideoOut({ ffmpegPath: ffmpeg.path, report: (event) => this.#report(event) });
    this.#video = video;
    this.#closers.push(() => video.close());
    await video.want(prepared.pipelines.flatMap(videoTargets));
    await this.#opened(this.#openMessaging());
    this.#closers.push((deadlineMs) => this.#files.closeClips(deadlineMs));
    const pipelines = new Pipelines(this.#surroundings(parts));
    this.#pipelines = pipelines;
    this.#closers.push((deadlineMs) => pipelines.close(deadlineMs));
    // What the first frames are judged by.
    await this.#opened(this.#host.watch(hostWatchSettings(config)));
    this.#closers.push(async () => this.#host.close());
    const refusals = await this.#opened(pipelines.start(prepared.pipelines, config));
    this.#messaging.startStats();
    const endPauses = watchPauses(this.#seen.times.pauses.main);
    this.#closers.push(async () => endPauses());
    const unwatch = watchClock((byMs) => this.#report({ type: "clock_stepped", byMs }));
    this.#closers.push(async () => unwatch());
    this.#begin(pageRefusal === null ? refusals : [pageRefusal, ...refusals]);
  }

  #whyAbsent(id: string): string | null {
    const isAwaited = this.#reconciler.wanted.prepared.awaited.some((model) => model.id === id);
    return isAwaited ? (this.#settings.whyAbsent?.(id) ?? "it has to be downloaded first") : null;
  }

  /** A pipeline that cannot start costs the others nothing; only when none runs, or waits for a model or a zone, is it a failure of the whole. */
  #begin(refusals: readonly Refusal[]): void {
    const { config, prepared, pageBefore = null } = this.#settings;
    const failed = refusals.filter(({ part }) => part !== "http");
    const [first] = failed;
    const isHopeless = failed.every(({ code }) => code !== MODEL_AWAITED && code !== ZONE_LOST);
    if (first !== undefined && isHopeless && failed.length === prepared.pipelines.length)
      throw new MillraceError(first.code, first.message);
    const http = this.#pages?.url === null ? null : pageBefore;
    this.#reconciler.begin(refusals, { config: { ...config, http }, prepared: { ...prepared, pipelines: [] } });
    this.#report({
      type: "daemon_started",
      version: VERSION,
      device: config.device,
      cameras: usedCameras(config).length,
      pipelines: prepared.pipelines.length - failed.length,
      ms: this.#uptimeMs(),
    });
  }

  #openParts(ffmpeg: FfmpegBinary): Parts {
    const { config, prepared } = this.#settings;
    const arena = createArena({ sizeBytes: config.frame_memory_mb * 2 ** 20, configKey: "frame_memory_mb" });
    const models = openModels({
      arena: arena.memory,
      descriptions: prepared.models,
      inference: {
        providers: config.inference.providers,
        providerOptions: gpuOptions(config),
        sessions: config.inference.sessions ?? null,
        maxBatch: config.inference.max_batch,
        maxWaitMs: config.inference.max_wait_ms,
      },
      report: (event) => this.#report(event),
      pauses: this.#seen.times.pauses.session.memory,
      whyAbsent: (id) => this.#whyAbsent(id),
    });
    this.#closers.push(() => models.close());
    this.#parts = { arena, ffmpeg, models };
    return this.#parts;
  }

  #openPage(ffmpeg: FfmpegBinary): Promise<void> {
    const pages = new PageServer({
      ffmpegPath: ffmpeg.path,
      config: () => this.#config,
      live: this.#live,
      pictures: (camera) => cameraPictures(camera, this.#reconciler.inForce.prepared),
      events: this.#files.archive,
      zones: this.#zones,
      plan: (id) => this.#reconciler.inForce.prepared.pipelines.find((pipeline) => pipeline.id === id)?.plan,
      state: () => this.#pageState(),
      health: () => this.health(),
      flow: () => this.flow(),
      metrics: this.#metrics,
      expansions: async () => (await this.#pipelines?.expansions()) ?? {},
      report: (event) => this.#report(event),
    });
    this.#pages = pages;
    const { pageBefore = null } = this.#settings;
    const moved = pages.move(this.#config.http).catch(async (error) => {
      await pages.move(pageBefore).catch(() => {});
      throw error;
    });
    this.#closers.push(() => moved.catch(() => {}).then(() => pages.close()));
    return moved;
  }

  get #zones(): ZoneDesk {
    const running = () => this.#reconciler.wanted;
    return {
      all: () => zoneViews(running()),
      one: (id) => zoneView(id, running()),
      fits: (id) => zoneFits(id, running()),
      isKept: () => this.#config.state_dir !== undefined,
      change: this.#settings.control?.change,
    };
  }

  async #pageState(): Promise<PageState> {
    const looks = (await this.#pipelines?.looks()) ?? new Map();
    const { config, prepared } = this.#reconciler.wanted;
    const awaited = new Map(prepared.awaited.map(({ id }) => [id, this.#whyAbsent(id) ?? ""]));
    return pageState({
      ...{ config, prepared, looks, outbox: this.#messaging.outbox },
      ...{ health: this.health(), counts: this.counts(), camera: (id) => this.#notes.facts(id) },
      models: this.#parts?.models.views(awaited) ?? [],
      times: this.#seen.times.read(),
    });
  }

  async #undo(deadlineMs: number): Promise<void> {
    for (let closer = this.#closers.pop(); closer !== undefined; closer = this.#closers.pop()) await closer(deadlineMs);
  }

  /** What opens while everything closes is closed at once. */
  async #opened<T>(opening: Promise<T>): Promise<T> {
    const opened = await opening;
    if (this.#closing === null) return opened;
    await this.#undo(0);
    throw new MillraceError("DAEMON_STOPPED", "the daemon stops before everything is open");
  }

  counts(): Record<string, FrameCounts> {
    return this.#ledger.snapshot();
  }

  summary(): Summary {
    return summarise(this.counts(), this.#pipelines?.latencies ?? [], this.#seen.seconds);
  }

  health(): Health {
    // Also those of pipelines that do not run yet.
    const cameras = usedCameras(this.#reconciler.wanted.config);
    return this.#states.health({
      isStopping: this.#closing !== null,
      broker: this.#messaging.broker,
      cameras,
      configFault: this.#settings.configFault?.() ?? null,
      refused: this.#reconciler.refused,
      stalled: this.flow().stalled,
      video: this.#video?.health() ?? [],
      host: this.#host.state,
      shed: this.#shedding.causes,
      ...this.#files.health(),
      counts: this.counts(),
      uptimeS: this.#uptimeMs() / 1000,
    });
  }

  flow(): Flow {
    const awaiting = this.#pipelines?.awaiting ?? new Set();
    const counts = Object.entries(this.counts()).filter(([camera]) => !awaiting.has(camera));
    return this.#liveness.look(Object.fromEntries(counts), stallLimit(this.#config), performance.now());
  }

  async apply(next: PreparedConfig): Promise<boolean> {
    if (this.#closing !== null) return false;
    this.#warn(next);
    return this.#reconciler.want(next);
  }

  close(deadlineMs: number): Promise<void> {
    this.#closing ??= within(2 * deadlineMs + STUCK_MS, this.#close(deadlineMs), stuck);
    return this.#closing;
  }

  async #close(deadlineMs: number): Promise<void> {
    const startedAt = performance.now();
    this.#reconciler.close();
    this.#messaging.announceStopping();
    await endsWithin(
      deadlineMs,
      this.#pipelines?.change(async () => {}),
    );
    await this.#undo(deadlineMs);
    this.#report({ type: "daemon_stopped", ms: performance.now() - startedAt });
  }

  #surroundings(parts: Parts): PipelineSurroundings {
    const hasReaders = this.#config.mqtt !== undefined || this.#settings.onMessage !== undefined;
    return {
      ...parts,
      ledger: this.#ledger,
      streams: new Streams(),
      shedding: this.#shedding,
      ...this.#messaging.tracks,
      viewers: { wanting: (frames) => [...this.#live.wanting(frames), ...(this.#video?.wanting(frames) ?? [])] },
      report: (event) => this.#report(event),
      publish: (message) => this.#messaging.publish(message),
      pictured: (pipeline, word) => this.#files.pictured(pipeline, word),
      hasReaders,
      pauses: this.#seen.times.pauses.workflow.memory,
      packetsOf: (camera, entry) => this.#files.ringOf(camera, entry),
      cameraStarting: (camera) => {
        this.#seen.cameraStarting(camera);
        this.#messaging.cameraStarting(camera);
      },
      onResult: (frame, result) => this.#note(frame, result),
      isAwaited: () => this.#reconciler.isBehind,
    };
  }

  async #openMessaging(): Promise<void> {
    await this.#messaging.open();
    this.#closers.push((deadlineMs) => this.#messaging.close(deadlineMs));
  }

  async #apply(changes: ConfigChanges, before: PreparedConfig, next: PreparedConfig): Promise<Refusal[]> {
    this.#parts?.models.learn(next.prepared.models);
    const around = [
      changes.broker.length > 0 ? await attempt("mqtt", () => this.#changeBroker(next.config)) : null,
      changes.page.length > 0 ? await attempt("http", async () => this.#pages?.move(next.config.http)) : null,
    ].filter((refusal) => refusal !== null);
    const refusals = (await this.#pipelines?.apply(changes, before, next)) ?? [];
    if (changes.statistics.length > 0) this.#messaging.startStats(next.config);
    await this.#host.watch(hostWatchSettings(next.config));
    await this.#video?.want(next.prepared.pipelines.flatMap(videoTargets));
    this.#messaging.announce(next);
    return [...around, ...refusals];
  }

  /** The new place at the broker is claimed before the old one is left. */
  async #changeBroker(next: Config): Promise<void> {
    if (next.mqtt === undefined) return;
    const claim = await this.#claims.take(next, (event) => this.#report(event));
    try {
      await this.#messaging.reconnect(next);
    } catch (error) {
      await claim.release();
      throw error;
    }
    await this.#claim?.release();
    this.#claim = claim;
  }

  /** Cameras give up frames, or get them back, by what was seen of the machine. */
  #shed(host: HostState): void {
    const { cameras, pace } = sheddingOf(this.#config);
    const looked = this.#shedding.look({ host, counts: this.counts(), cameras, pace, now: steadyMs() });
    const changes = looked.filter(({ camera }) => cameras.some(({ id }) => id === camera));
    for (const change of changes) {
      const { share, cause } = change;
      this.#report({ type: "load_shed", ...change, ...(share === 0 && { message: shedText(share, cause) }) });
    }
    if (changes.some(({ share, before }) => share === 0 || before === 0))
      void this.#pipelines?.shed(() => this.#config);
  }

  #note(frame: FrameHandle, result: FrameResult): void {
    const ms = this.#seen.add(frame, result);
    this.#metrics.frame(frame.camera, ms);
    this.#notes.frame(frame.camera, ms);
  }

  #warn({ config, prepared }: PreparedConfig): void {
    for (const message of warningsOf(config, prepared)) this.#report({ type: "config_warning", message });
  }

  #report(raw: DaemonEvent): void {
    const event = blotEvent(raw);
    this.#states.observe(event);
    this.#notes.observe(event);
    this.#metrics.observe(event);
    this.#messaging.observe(event);
    this.#settings.report(event);
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
