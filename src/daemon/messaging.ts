import { randomBytes } from "node:crypto";
import { join } from "node:path";
import type { Inbox } from "../publish/broker/broker-inbox.ts";
import { openFormats } from "../publish/formats/formats.ts";
import type { Message } from "../publish/messages/message-class.ts";
import { devicePayload, type Sender } from "../publish/messages/payload.ts";
import { openSequence } from "../publish/messages/sequence.ts";
import { outboxFields } from "../publish/outbox/outbox-fields.ts";
import { openPublisher, type Publisher } from "../publish/publisher.ts";
import { type Topics, topicsOf } from "../publish/topics/topics.ts";
import type { FrameCounts } from "../stream/ledger.ts";
import type { MadeClip } from "./archive/clip-recorder.ts";
import { brokerSettings } from "./config/broker-config.ts";
import { usedCameras } from "./config/config-warnings.ts";
import type { Config } from "./config/schema/config-schema.ts";
import { openCommands } from "./control/commands.ts";
import type { Control } from "./control/control.ts";
import { snapshotMessages, takeSnapshot } from "./control/snapshot.ts";
import { wordingOf } from "./discovery/component.ts";
import { type Discovery, openDiscovery } from "./discovery/discovery.ts";
import { factsOf } from "./discovery/facts-of.ts";
import type { HostState } from "./host/host-watch.ts";
import type { LiveView } from "./http/live.ts";
import { endOf } from "./pipeline/open-tracks.ts";
import { NO_JOURNAL, openTrackJournal } from "./pipeline/track-journal.ts";
import type { PreparedPipeline } from "./prepare/prepare.ts";
import type { PreparedConfig } from "./reload/config-changes.ts";
import { type Announcer, openAnnouncer, type Present } from "./report/announce.ts";
import type { ArchiveHealth } from "./report/archive-health.ts";
import type { DaemonEvent, Report } from "./report/events.ts";
import type { LatencySummary } from "./report/latency.ts";
import type { RegionCounts } from "./report/region-counts.ts";
import type { ReuseCounts } from "./report/reuse-counts.ts";
import { type CameraStates, type Counted, type Health, statistics } from "./report/statistics.ts";
import { type FrameTimesSnapshot, latencyFields } from "./timing/frame-times.ts";
import type { EventPicture } from "./worker/event-pictures.ts";
import { LIVE_FORM } from "./worker/picture-wish.ts";
import { plainOutputs } from "./worker/plain-values.ts";

interface MessagingSettings {
  inForce: () => PreparedConfig;
  /** Changes the config on command; without it no commands are taken. */
  control: Control | undefined;
  live: LiveView;
  /** Sees every message beside the broker. */
  onMessage: (message: Message) => void;
  measures: () => {
    counts: Record<string, FrameCounts>;
    reused: ReturnType<ReuseCounts["snapshot"]>;
    regions: ReturnType<RegionCounts["snapshot"]>;
    times: FrameTimesSnapshot;
    /** Of the last frames of a camera, from decoded to published. */
    latency: (camera: string) => LatencySummary;
    uptimeS: number;
    failures: ReturnType<CameraStates["failures"]>;
    archive: ArchiveHealth | null;
    host: HostState;
  };
  report: Report;
}

/** Deadline for saying `offline` to a broker that is being replaced. */
const FAREWELL_MS = 5000;
/** Of pictures that commands ask for. */
const SNAPSHOT_FPS = 100;

/** What the daemon says at the broker and hears from it: messages, states, statistics, discovery and commands. Silent without a broker. */
export class Messaging {
  readonly #settings: MessagingSettings;
  readonly #boot = randomBytes(4).toString("hex");
  readonly #sequence = openSequence();
  #publisher: Publisher | null = null;
  /** Which commands are taken, of the broker that is connected. */
  #commands: NonNullable<Config["mqtt"]>["commands"] = "none";
  #birthTopic: string | null = null;
  #discovery: Discovery | null = null;
  #formats: (message: Message) => Message[] = () => [];
  #journal = NO_JOURNAL;
  #announcer: Announcer | null = null;
  #statsTimer: NodeJS.Timeout | undefined;
  #counted: Counted = { counts: {}, at: performance.now() };

  constructor(settings: MessagingSettings) {
    this.#settings = settings;
  }

  get broker(): Health["broker"] {
    if (this.#publisher === null) return "none";
    return this.#publisher.connected ? "connected" : "away";
  }

  get outbox(): ReturnType<Publisher["stats"]> | null {
    return this.#publisher?.stats() ?? null;
  }

  /** What messages about tracks are numbered and kept with. */
  get tracks() {
    return { sequence: this.#sequence, boot: this.#boot, journal: this.#journal };
  }

  get #config(): Config {
    return this.#settings.inForce().config;
  }

  async open(): Promise<void> {
    const { mqtt, device, state_dir: stateDir } = this.#config;
    if (mqtt === undefined) return;
    this.#commands = mqtt.commands;
    this.#birthTopic = birthTopicOf(mqtt);
    const sender = { device, boot: this.#boot, sequence: this.#sequence };
    const topics = topicsOf(mqtt.prefix, device);
    const publisher = openPublisher({
      broker: await brokerSettings(mqtt, device),
      spool: { maxBytes: mqtt.spool_mb * 2 ** 20, maxAgeS: mqtt.spool_days * 86_400 },
      report: this.#settings.report,
      inbox: this.#inbox(sender, topics),
      ...(stateDir === undefined
        ? {}
        : { spoolDirectory: join(stateDir, "spool"), retainedFile: join(stateDir, "retained.json") }),
    });
    this.#publisher = publisher;
    this.#announcer = openAnnouncer(sender, topics, publisher);
    this.#formats = openFormats(`${mqtt.prefix}/${device}`, () => this.#config.mqtt?.formats ?? []);
    this.#discovery = openDiscovery({ topics, retained: () => publisher.retained, publish: publisher.publish });
    this.announce(this.#settings.inForce());
    if (stateDir !== undefined) this.#openJournal(join(stateDir, "open-tracks.jsonl"));
  }

  /** Publishes a picture of an event; the last one is retained. */
  publishPicture({ camera, event, jpeg }: EventPicture): void {
    if (this.#publisher === null) return;
    const { mqtt, device } = this.#config;
    const sender = { device, boot: this.#boot, sequence: this.#sequence };
    const topics = topicsOf(mqtt?.prefix ?? "millrace", device);
    for (const message of snapshotMessages({ camera, reason: "event", event, jpeg }, { sender, topics }))
      this.publish(message);
  }

  /** Says that a clip of an event is there. */
  publishClip({ durationS, ...clip }: MadeClip): void {
    if (this.#publisher === null) return;
    const { mqtt, device } = this.#config;
    const sender = { device, boot: this.#boot, sequence: this.#sequence };
    const topic = topicsOf(mqtt?.prefix ?? "millrace", device).clip(clip.camera);
    const more = { url: `/events/${clip.event}.mp4`, duration_s: durationS, content_type: "video/mp4" };
    const known = { at: Date.now(), ...clip, ...more, lacks: [...clip.lacks] };
    this.publish({ class: "clip", topic, payload: devicePayload(sender, "clip", known) });
  }

  publish(message: Message): void {
    this.#publisher?.publish(message);
    this.#discovery?.observe(message);
    for (const form of this.#formats(message)) this.#publisher?.publish(form);
    this.#settings.onMessage(message);
  }

  /** To all who listen, and to Home Assistant where that is wanted. */
  announce(next: PreparedConfig): void {
    const facts = factsOf(next.config, next.prepared.pipelines, this.#settings.control !== undefined);
    this.#announcer?.info({ ...presentIn(next), elsewhere: this.#discovery?.topics(facts) ?? [] });
    this.#discovery?.announce(facts);
  }

  /** States of cameras and models follow from what happens. */
  observe(event: DaemonEvent): void {
    this.#announcer?.observe(event);
  }

  cameraStarting(camera: string): void {
    this.#announcer?.cameraStarting(camera);
  }

  startStats({ stats_interval_s: seconds } = this.#config): void {
    if (this.#publisher === null) return;
    clearInterval(this.#statsTimer);
    this.#statsTimer = setInterval(() => this.#announceStats(), seconds * 1000);
    this.#statsTimer.unref();
  }

  /** Goes over to the broker of another config. */
  async reconnect({ mqtt, device }: Config): Promise<void> {
    if (mqtt === undefined) return;
    const before = { commands: this.#commands, birthTopic: this.#birthTopic };
    this.#commands = mqtt.commands;
    this.#birthTopic = birthTopicOf(mqtt);
    try {
      await this.#publisher?.reconnect(await brokerSettings(mqtt, device), FAREWELL_MS);
    } catch (error) {
      this.#commands = before.commands;
      this.#birthTopic = before.birthTopic;
      throw error;
    }
  }

  announceStopping(): void {
    clearInterval(this.#statsTimer);
    this.#publisher?.announceStopping();
  }

  /** Sends what waits, within the deadline. */
  async close(deadlineMs: number): Promise<void> {
    this.#journal.close();
    this.#discovery?.close();
    this.#announceStats();
    this.#announcer?.stopped();
    await this.#publisher?.close(deadlineMs);
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
    const { control, live, report } = this.#settings;
    if (control === undefined) return null;
    const publish = (message: Message) => this.publish(message);
    const pictures = {
      hasPicture: (camera: string) => this.#hasPicture(camera),
      next: (camera: string, timeoutMs: number) => {
        return live.next({ camera, output: null, maxFps: SNAPSHOT_FPS, form: LIVE_FORM }, timeoutMs);
      },
    };
    return openCommands({
      ...{ sender, topics, control, publish },
      allowed: () => this.#commands,
      config: () => this.#config,
      snapshot: (camera) => takeSnapshot(camera, { sender, topics, publish, ...pictures }),
      report,
    });
  }

  #hasPicture(camera: string): boolean {
    const { pipelines } = this.#settings.inForce().prepared;
    return pipelines.some(({ config, picture }) => picture !== null && config.cameras.includes(camera));
  }

  /** Ends the tracks that the last run left open. */
  #openJournal(file: string): void {
    const journal = openTrackJournal(file, (message) =>
      this.#settings.report({ type: "tracks_not_kept", file, message }),
    );
    this.#journal = journal;
    for (const open of journal.left) {
      const ts = new Date().toISOString();
      const end = { seq: this.#sequence.next("events"), ts, boot: this.#boot, reason: "daemon_lost" };
      this.publish(endOf(open, end));
      journal.ended(open.event.id);
    }
    if (journal.left.length > 0) this.#settings.report({ type: "tracks_closed", count: journal.left.length });
  }

  /** The last one, at the end, has nothing in flight: its sums agree. */
  #announceStats(): void {
    if (this.#publisher === null) return;
    const { counts, reused, regions, latency, times, uptimeS, failures, host, archive } = this.#settings.measures();
    const now = { counts, reused, regions, latency, at: performance.now() };
    const outbox = outboxFields(this.#publisher.stats());
    const more = {
      uptime_s: uptimeS,
      failures,
      latency: latencyFields(times),
      outbox,
      ...(archive === null ? {} : { archive: archiveFields(archive) }),
    };
    this.#announcer?.stats({ ...statistics(this.#counted, now, host), ...more });
    this.#counted = now;
  }
}

function archiveFields({ events, bytes, dropped, pictures, clips }: ArchiveHealth) {
  return { events, bytes, dropped, pictures, clips };
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
