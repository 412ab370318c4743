import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { MillraceError } from "../base/errors.ts";
import { steadyMs } from "../base/steady-clock.ts";
import { offerTemporaryFolder } from "../base/temporary-folder.ts";
import { endsWithin, unlessAborted, within } from "../base/within.ts";
import type { FrameHandle } from "../kinds/frame.ts";
import type { Inbox } from "../publish/broker/broker-inbox.ts";
import { openFormats } from "../publish/formats/formats.ts";
import type { Message } from "../publish/messages/message-class.ts";
import type { Sender } from "../publish/messages/payload.ts";
import { openSequence } from "../publish/messages/sequence.ts";
import { outboxFields } from "../publish/outbox/outbox-fields.ts";
import { openPublisher, type Publisher } from "../publish/publisher.ts";
import { type Topics, topicsOf } from "../publish/topics/topics.ts";
import { type Arena, createArena } from "../stream/arena.ts";
import type { FfmpegBinary } from "../stream/ffmpeg-binary.ts";
import { createLedger, type FrameCounts, type Ledger } from "../stream/ledger.ts";
import { Claims, type Lock } from "./claim/claims.ts";
import { brokerSettings } from "./config/broker-config.ts";
import type { Config } from "./config/config-schema.ts";
import { configWarnings, usedCameras } from "./config/config-warnings.ts";
import { configuredFfmpeg } from "./config/configured-ffmpeg.ts";
import { openCommands } from "./control/commands.ts";
import type { Control } from "./control/control.ts";
import { takeSnapshot } from "./control/snapshot.ts";
import { wordingOf } from "./discovery/component.ts";
import { type Discovery, openDiscovery } from "./discovery/discovery.ts";
import { factsOf } from "./discovery/facts-of.ts";
import { cameraPictures } from "./http/camera-pictures.ts";
import { type LiveView, openLiveView } from "./http/live.ts";
import { PageServer } from "./http/page-server.ts";
import { openModels } from "./models/models.ts";
import { endOf } from "./pipeline/open-tracks.ts";
import { Pipelines } from "./pipeline/pipelines.ts";
import type { PipelineSurroundings } from "./pipeline/running-pipeline.ts";
import { NO_JOURNAL, openTrackJournal } from "./pipeline/track-journal.ts";
import type { PreparedPipeline } from "./prepare/prepare.ts";
import { videoTargets } from "./prepare/video-targets.ts";
import { attempt, type Refusal } from "./reload/attempt.ts";
import type { ConfigChanges, PreparedConfig } from "./reload/config-changes.ts";
import { Reconciler } from "./reload/reconcile.ts";
import { type Announcer, openAnnouncer, type Present } from "./report/announce.ts";
import { blotEvent } from "./report/blot-event.ts";
import { watchClock } from "./report/clock-watch.ts";
import { type DaemonEvent, MODEL_AWAITED, type Report } from "./report/events.ts";
import { type Flow, Liveness, stallLimit } from "./report/liveness.ts";
import { type Metrics, openMetrics } from "./report/metrics.ts";
import { CameraStates, type Counted, type Health, statistics } from "./report/statistics.ts";
import { type Summary, summarise } from "./report/summary.ts";
import { VERSION } from "./report/version.ts";
import { VideoOut } from "./video/video-out.ts";
import { LIVE_FORM } from "./worker/picture-wish.ts";
import { plainOutputs } from "./worker/plain-values.ts";

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
/** Of pictures that commands ask for. */
const SNAPSHOT_FPS = 100;
/** Deadline for saying `offline` to a broker that is being replaced. */
const FAREWELL_MS = 5000;

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
  readonly #boot = randomBytes(4).toString("hex");
  readonly #ledger: Ledger = createLedger();
  readonly #sequence = openSequence();
  readonly #live: LiveView = openLiveView();
  #pipelines: Pipelines | null = null;
  #parts: Parts | null = null;
  /** Undone in reverse order. */
  readonly #closers: ((deadlineMs: number) => Promise<void>)[] = [];
  #firstFrameAt: number | undefined;
  #lastResultAt = 0;
  readonly #firstSeen = new Set<string>();
  /** When each camera was opened last. */
  readonly #openedAt = new Map<string, number>();
  readonly #states = new CameraStates();
  readonly #liveness = new Liveness();
  readonly #metrics: Metrics;
  #counted: Counted = { counts: {}, at: performance.now() };
  #publisher: Publisher | null = null;
  /** Which commands are taken, of the broker that is connected. */
  #commands: NonNullable<Config["mqtt"]>["commands"] = "none";
  #birthTopic: string | null = null;
  #discovery: Discovery | null = null;
  #formats: (message: Message) => Message[] = () => [];
  #journal = NO_JOURNAL;
  #announcer: Announcer | null = null;
  #pages: PageServer | null = null;
  #video: VideoOut | null = null;
  #statsTimer: NodeJS.Timeout | undefined;
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
    this.#metrics = openMetrics({
      device: () => this.#config.device,
      health: () => this.health(),
      counts: () => this.counts(),
      outbox: () => this.#publisher?.stats() ?? null,
      flow: () => this.flow(),
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
    if (config.state_dir !== undefined) offerTemporaryFolder(config.state_dir);
    const ffmpeg = await this.#opened(configuredFfmpeg(config, signal));
    this.#report({ type: "ffmpeg_found", path: ffmpeg.path, origin: ffmpeg.origin, version: ffmpeg.version });
    const parts = this.#openParts(ffmpeg);
    const pageRefusal = await this.#opened(attempt("http", () => this.#openPage(ffmpeg)));
    const video = new VideoOut({ ffmpegPath: ffmpeg.path, report: (event) => this.#report(event) });
    this.#video = video;
    this.#closers.push(() => video.close());
    await video.want(prepared.pipelines.flatMap(videoTargets));
    await this.#opened(this.#startPublishing());
    const pipelines = new Pipelines(this.#surroundings(parts));
    this.#pipelines = pipelines;
    this.#closers.push((deadlineMs) => pipelines.close(deadlineMs));
    const refusals = await this.#opened(pipelines.start(prepared.pipelines, config));
    this.#startStats();
    const unwatch = watchClock((byMs) => this.#report({ type: "clock_stepped", byMs }));
    this.#closers.push(async () => unwatch());
    this.#begin(pageRefusal === null ? refusals : [pageRefusal, ...refusals]);
  }

  #whyAbsent(id: string): string | null {
    const isAwaited = this.#reconciler.wanted.prepared.awaited.some((model) => model.id === id);
    return isAwaited ? (this.#settings.whyAbsent?.(id) ?? "it has to be downloaded first") : null;
  }

  /** A pipeline that cannot start costs the others nothing; only when none runs, or waits for a model, is it a failure of the whole. */
  #begin(refusals: readonly Refusal[]): void {
    const { config, prepared, pageBefore = null } = this.#settings;
    const failed = refusals.filter(({ part }) => part !== "http");
    const [first] = failed;
    const isHopeless = failed.every(({ code }) => code !== MODEL_AWAITED);
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
        sessions: config.inference.sessions ?? null,
        maxBatch: config.inference.max_batch,
        maxWaitMs: config.inference.max_wait_ms,
      },
      report: (event) => this.#report(event),
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
    const seconds = Math.max(0, this.#lastResultAt - (this.#firstFrameAt ?? this.#lastResultAt)) / 1000;
    return summarise(this.counts(), this.#pipelines?.latencies ?? [], seconds);
  }

  health(): Health {
    const broker = this.#publisher === null ? "none" : this.#publisher.connected ? "connected" : "away";
    // Also those of pipelines that do not run yet.
    const cameras = usedCameras(this.#reconciler.wanted.config);
    return this.#states.health({
      isStopping: this.#closing !== null,
      broker,
      cameras,
      configFault: this.#settings.configFault?.() ?? null,
      refused: this.#reconciler.refused,
      stalled: this.flow().stalled,
      video: this.#video?.health() ?? [],
      counts: this.counts(),
      uptimeS: this.#uptimeMs() / 1000,
    });
  }

  flow(): Flow {
    return this.#liveness.look(this.counts(), stallLimit(this.#config), performance.now());
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
    clearInterval(this.#statsTimer);
    this.#reconciler.close();
    this.#publisher?.announceStopping();
    await endsWithin(
      deadlineMs,
      this.#pipelines?.change(async () => {}),
    );
    await this.#undo(deadlineMs);
    this.#report({ type: "daemon_stopped", ms: performance.now() - startedAt });
  }

  async #startPublishing(): Promise<void> {
    const { mqtt, device, state_dir: stateDir } = this.#config;
    if (mqtt === undefined) return;
    this.#commands = mqtt.commands;
    this.#birthTopic = birthTopicOf(mqtt);
    const sender = { device, boot: this.#boot, sequence: this.#sequence };
    const topics = topicsOf(mqtt.prefix, device);
    const publisher = openPublisher({
      broker: await brokerSettings(mqtt, device),
      spool: { maxBytes: mqtt.spool_mb * 2 ** 20, maxAgeS: mqtt.spool_days * 86_400 },
      report: (event) => this.#report(event),
      inbox: this.#inbox(sender, topics),
      ...(stateDir === undefined
        ? {}
        : { spoolDirectory: join(stateDir, "spool"), retainedFile: join(stateDir, "retained.json") }),
    });
    this.#publisher = publisher;
    this.#closers.push((deadlineMs) => {
      this.#announceStats();
      this.#announcer?.stopped();
      return publisher.close(deadlineMs);
    });
    this.#announcer = openAnnouncer(sender, topics, publisher);
    this.#formats = openFormats(`${mqtt.prefix}/${device}`, () => this.#config.mqtt?.formats ?? []);
    const discovery = openDiscovery({ topics, retained: () => publisher.retained, publish: publisher.publish });
    this.#discovery = discovery;
    this.#closers.push(async () => discovery.close());
    this.#announce(this.#reconciler.inForce);
    if (stateDir !== undefined) this.#openJournal(join(stateDir, "open-tracks.jsonl"));
  }

  /** To all who listen, and to Home Assistant where that is wanted. */
  #announce(next: PreparedConfig): void {
    const facts = factsOf(next.config, next.prepared.pipelines, this.#settings.control !== undefined);
    this.#announcer?.info({ ...presentIn(next), elsewhere: this.#discovery?.topics(facts) ?? [] });
    this.#discovery?.announce(facts);
  }

  /** Asked at every connect: commands, and the start of Home Assistant. */
  #inbox(sender: Sender, topics: Topics): () => Inbox | null {
    const commands = this.#commandInbox(sender, topics);
    return () => {
      const birth = this.#birthTopic;
      const taken = this.#commands === "none" ? null : commands;
      return {
        topics: [...(taken?.topics ?? []), ...(birth === null ? [] : [birth])],
        receive: (message) => {
          if (message.topic !== birth) taken?.receive(message);
          else if (Buffer.from(message.payload).toString() === "online") this.#discovery?.again();
        },
      };
    };
  }

  #commandInbox(sender: Sender, topics: Topics): Inbox | null {
    const { control } = this.#settings;
    if (control === undefined) return null;
    const publish = (message: Message) => this.#publish(message);
    const pictures = {
      hasPicture: (camera: string) => this.#hasPicture(camera),
      next: (camera: string, timeoutMs: number) => {
        return this.#live.next({ camera, output: null, maxFps: SNAPSHOT_FPS, form: LIVE_FORM }, timeoutMs);
      },
    };
    return openCommands({
      ...{ sender, topics, control, publish },
      allowed: () => this.#commands,
      config: () => this.#config,
      snapshot: (camera) => takeSnapshot(camera, { sender, topics, publish, ...pictures }),
      report: (event) => this.#report(event),
    });
  }

  #hasPicture(camera: string): boolean {
    const { pipelines } = this.#reconciler.inForce.prepared;
    return pipelines.some(({ config, picture }) => picture !== null && config.cameras.includes(camera));
  }

  /** Ends the tracks that the last run left open. */
  #openJournal(file: string): void {
    const journal = openTrackJournal(file, (message) => this.#report({ type: "tracks_not_kept", file, message }));
    this.#journal = journal;
    this.#closers.push(async () => journal.close());
    for (const open of journal.left) {
      const ts = new Date().toISOString();
      const end = { seq: this.#sequence.next("events"), ts, boot: this.#boot, reason: "daemon_lost" };
      this.#publish(endOf(open, end));
      journal.ended(open.event.id);
    }
    if (journal.left.length > 0) this.#report({ type: "tracks_closed", count: journal.left.length });
  }

  #surroundings(parts: Parts): PipelineSurroundings {
    const hasReaders = this.#config.mqtt !== undefined || this.#settings.onMessage !== undefined;
    return {
      ...parts,
      ledger: this.#ledger,
      sequence: this.#sequence,
      boot: this.#boot,
      journal: this.#journal,
      viewers: { wanting: (frames) => [...this.#live.wanting(frames), ...(this.#video?.wanting(frames) ?? [])] },
      report: (event) => this.#report(event),
      publish: hasReaders ? (message) => this.#publish(message) : null,
      cameraStarting: (camera) => {
        this.#openedAt.set(camera, steadyMs());
        this.#announcer?.cameraStarting(camera);
      },
      onResult: (frame, result) => this.#note(frame, result.objects),
      isAwaited: () => this.#reconciler.isBehind,
    };
  }

  async #apply(changes: ConfigChanges, before: PreparedConfig, next: PreparedConfig): Promise<Refusal[]> {
    this.#parts?.models.learn(next.prepared.models);
    const around = [
      changes.broker.length > 0 ? await attempt("mqtt", () => this.#changeBroker(next.config)) : null,
      changes.page.length > 0 ? await attempt("http", async () => this.#pages?.move(next.config.http)) : null,
    ].filter((refusal) => refusal !== null);
    const refusals = (await this.#pipelines?.apply(changes, before, next)) ?? [];
    if (changes.statistics.length > 0) this.#startStats(next.config);
    await this.#video?.want(next.prepared.pipelines.flatMap(videoTargets));
    this.#announce(next);
    return [...around, ...refusals];
  }

  /** The new place at the broker is claimed before the old one is left. */
  async #changeBroker(next: Config): Promise<void> {
    if (next.mqtt === undefined) return;
    const claim = await this.#claims.take(next, (event) => this.#report(event));
    const before = this.#commands;
    this.#commands = next.mqtt.commands;
    this.#birthTopic = birthTopicOf(next.mqtt);
    try {
      await this.#publisher?.reconnect(await brokerSettings(next.mqtt, next.device), FAREWELL_MS);
    } catch (error) {
      this.#commands = before;
      this.#birthTopic = birthTopicOf(this.#config.mqtt);
      await claim.release();
      throw error;
    }
    await this.#claim?.release();
    this.#claim = claim;
  }

  #publish(message: Message): void {
    this.#publisher?.publish(message);
    this.#discovery?.observe(message);
    for (const form of this.#formats(message)) this.#publisher?.publish(form);
    this.#settings.onMessage?.(message);
  }

  #note({ camera, decodedAt }: FrameHandle, objects: number): void {
    this.#firstFrameAt ??= decodedAt;
    this.#lastResultAt = steadyMs();
    this.#metrics.frame(camera, this.#lastResultAt - decodedAt);
    if (objects === 0 || this.#firstSeen.has(camera)) return;
    this.#firstSeen.add(camera);
    const ms = steadyMs() - (this.#openedAt.get(camera) ?? this.#startedAt);
    this.#report({ type: "first_detection", camera, ms, isPublished: this.#publisher !== null });
  }

  #warn({ config, prepared }: PreparedConfig): void {
    const warnings = [...configWarnings(config), ...prepared.warnings];
    for (const message of warnings) this.#report({ type: "config_warning", message });
  }

  #report(raw: DaemonEvent): void {
    const event = blotEvent(raw);
    this.#states.observe(event);
    this.#metrics.observe(event);
    this.#announcer?.observe(event);
    this.#settings.report(event);
  }

  #startStats({ stats_interval_s: seconds } = this.#config): void {
    if (this.#publisher === null) return;
    clearInterval(this.#statsTimer);
    this.#statsTimer = setInterval(() => this.#announceStats(), seconds * 1000);
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

  #uptimeMs(): number {
    return performance.now() - this.#startedAt;
  }
}

/** Where Home Assistant says that it has started; null where it is not wanted. */
function birthTopicOf(mqtt: Config["mqtt"]): string | null {
  const wording = wordingOf(mqtt?.home_assistant);
  return wording === null ? null : `${wording.prefix}/status`;
}

function presentIn({ config, prepared }: PreparedConfig): Omit<Present, "elsewhere"> {
  return {
    cameras: usedCameras(config),
    off: usedCameras(config).filter((camera) => config.cameras[camera]?.enabled === false),
    plain: Object.fromEntries(prepared.pipelines.flatMap(plainOf)),
    models: [...prepared.models.keys()],
    workflows: Object.keys(config.pipelines),
  };
}

/** By camera. */
function plainOf({ config, plan, detections }: PreparedPipeline): [string, Present["plain"][string]][] {
  const { values, counts, events } = config.publish;
  const levels = values ? plainOutputs(plan, detections).map(([, level]) => level) : [];
  return config.cameras.map((camera) => [camera, { outputs: levels, counts: counts && events }]);
}

interface Parts {
  arena: Arena;
  ffmpeg: FfmpegBinary;
  models: ReturnType<typeof openModels>;
}
