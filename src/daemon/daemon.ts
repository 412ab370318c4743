import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
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
import { attemptChange } from "./attempt-change.ts";
import { blotEvent } from "./blot-event.ts";
import { brokerSettings } from "./broker-config.ts";
import { type ConfigChanges, configChanges, type PreparedConfig, preparedOf } from "./config-changes.ts";
import type { Config } from "./config-schema.ts";
import { configWarnings, usedCameras } from "./config-warnings.ts";
import type { DaemonEvent, Report } from "./events.ts";
import { type LiveView, openLiveView } from "./live.ts";
import { openModels } from "./models.ts";
import { PageServer } from "./page-server.ts";
import { Pipelines } from "./pipelines.ts";
import type { Prepared, PreparedPipeline } from "./prepare.ts";
import type { PipelineSurroundings } from "./running-pipeline.ts";
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
/** Longest wait for the farewell to a broker that another takes the place of. */
const FAREWELL_MS = 5000;

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
  #pipelines: Pipelines | null = null;
  #parts: Parts | null = null;
  /** Undone in reverse order. */
  readonly #closers: ((deadlineMs: number) => Promise<void>)[] = [];
  #firstFrameAt: number | undefined;
  #lastResultAt = 0;
  readonly #firstSeen = new Set<string>();
  readonly #states = new CameraStates();
  #counted: Counted = { counts: {}, at: performance.now() };
  #publisher: Publisher | null = null;
  #announcer: Announcer | null = null;
  #pages: PageServer | null = null;
  #statsTimer: NodeJS.Timeout | undefined;
  #closing: Promise<void> | null = null;

  constructor(settings: DaemonSettings) {
    this.#settings = settings;
    this.#config = settings.config;
    this.#prepared = settings.prepared;
  }

  get finished(): Promise<void> {
    return this.#pipelines?.finished ?? Promise.resolve();
  }

  get url(): string | null {
    return this.#pages?.url ?? null;
  }

  async start(): Promise<void> {
    const { config, prepared } = this.#settings;
    this.#warn();
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
    const pages = new PageServer({
      ffmpegPath: ffmpeg.path,
      config: () => this.#config,
      live: this.#live,
      health: () => this.#health(),
      expansions: async () => (await this.#pipelines?.expansions()) ?? {},
      report: (event) => this.#report(event),
    });
    this.#pages = pages;
    this.#closers.push(() => pages.close());
    await pages.open(config.http);
    this.#parts = { arena, ffmpeg, models };
    const pipelines = new Pipelines(this.#surroundings(this.#parts));
    this.#pipelines = pipelines;
    this.#closers.push((deadlineMs) => pipelines.close(deadlineMs));
    await pipelines.start(prepared.pipelines, config);
    this.#startStats();
    const cameras = usedCameras(config).length;
    this.#report({
      type: "daemon_started",
      version: VERSION,
      device: config.device,
      cameras,
      pipelines: prepared.pipelines.length,
      ms: this.#uptimeMs(),
    });
  }

  counts(): Record<string, FrameCounts> {
    return this.#ledger.snapshot();
  }

  summary(): Summary {
    const seconds = Math.max(0, this.#lastResultAt - (this.#firstFrameAt ?? this.#lastResultAt)) / 1000;
    return summarise(this.counts(), this.#pipelines?.latencies ?? [], seconds);
  }

  async apply(next: PreparedConfig): Promise<boolean> {
    const pipelines = this.#pipelines;
    return pipelines === null ? false : pipelines.change(() => this.#apply(next, pipelines));
  }

  close(deadlineMs: number): Promise<void> {
    this.#closing ??= this.#close(deadlineMs);
    return this.#closing;
  }

  async #close(deadlineMs: number): Promise<void> {
    const startedAt = performance.now();
    clearInterval(this.#statsTimer);
    this.#publisher?.announceStopping();
    await Promise.race([this.#pipelines?.change(async () => {}), delay(deadlineMs, undefined, { ref: false })]);
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
    this.#announcer.info(usedCameras(this.#config), Object.keys(this.#config.pipelines));
  }

  #surroundings(parts: Parts): PipelineSurroundings {
    const hasReaders = this.#config.mqtt !== undefined || this.#settings.onMessage !== undefined;
    return {
      ...parts,
      ledger: this.#ledger,
      sequence: this.#sequence,
      boot: this.#boot,
      viewers: this.#live,
      report: (event) => this.#report(event),
      publish: hasReaders ? (message) => this.#publish(message) : null,
      cameraStarting: (camera) => this.#announcer?.cameraStarting(camera),
      onResult: (frame, result) => this.#note(frame, result.objects),
    };
  }

  async #apply(next: PreparedConfig, pipelines: Pipelines): Promise<boolean> {
    if (this.#closing !== null) return false;
    const before: PreparedConfig = { config: this.#config, prepared: this.#prepared };
    const changes = configChanges(before, next);
    if (changes.restart.length > 0) {
      this.#report({ type: "config_needs_restart", keys: changes.restart });
      return false;
    }
    this.#parts?.models.learn(next.prepared.models);
    this.#config = next.config;
    await this.#applyOutside(changes, before.config);
    const refused = await pipelines.apply(changes, next);
    // A definition that could not be opened is still to come: what runs is that of before.
    this.#prepared = { ...next.prepared, pipelines: withOld(refused, before.prepared, next.prepared) };
    this.#announceChange(changes, before.config);
    return true;
  }

  /** What stands around the pipelines. */
  async #applyOutside({ broker, http, stats }: ConfigChanges, before: Config): Promise<void> {
    const { mqtt, device } = this.#config;
    const report = (event: DaemonEvent) => this.#report(event);
    if (broker && mqtt !== undefined) {
      await attemptChange("mqtt", report, async () => {
        await this.#publisher?.reconnect(await brokerSettings(mqtt, device), FAREWELL_MS);
      });
    }
    if (http) await attemptChange("http", report, async () => this.#pages?.move(this.#config.http, before.http));
    if (stats) this.#startStats();
  }

  #announceChange({ pipelines, cameras }: ConfigChanges, before: Config): void {
    const ids = usedCameras(this.#config);
    for (const id of usedCameras(before)) if (!ids.includes(id)) this.#announcer?.cameraGone(id);
    this.#announcer?.info(ids, Object.keys(this.#config.pipelines));
    const changed = [...cameras.values()].flatMap((change) => [...change.added, ...change.removed, ...change.changed]);
    this.#report({ type: "config_applied", ...pipelines, cameras: changed });
    this.#warn();
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

  #warn(): void {
    for (const message of configWarnings(this.#config)) this.#report({ type: "config_warning", message });
  }

  #report(told: DaemonEvent): void {
    const event = blotEvent(told);
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

  #health(): Health {
    const broker = this.#publisher === null ? "none" : this.#publisher.connected ? "connected" : "away";
    const cameras = usedCameras(this.#config);
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

/** Pipelines of a new config, those that were refused as they were. */
function withOld(refused: readonly string[], before: Prepared, { pipelines }: Prepared): PreparedPipeline[] {
  return pipelines.map((pipeline) =>
    refused.includes(pipeline.id) ? (preparedOf(before, pipeline.id) ?? pipeline) : pipeline,
  );
}

interface Parts {
  arena: Arena;
  ffmpeg: FfmpegBinary;
  models: ReturnType<typeof openModels>;
}
