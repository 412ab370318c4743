import os from "node:os";
import { devicePayload, type Sender } from "../../publish/messages/payload.ts";
import { PAYLOAD_NAMES, PLAIN_PAYLOADS, schemaName } from "../../publish/messages/schemas.ts";
import type { Publisher } from "../../publish/publisher.ts";
import type { Topics } from "../../publish/topics/topics.ts";
import { type CameraState, cameraState, type DaemonEvent } from "./events.ts";
import { goneTopics } from "./gone-topics.ts";
import { VERSION } from "./version.ts";

/** Publishes the state of the device and its cameras over MQTT. */
export interface Announcer {
  /** Sets the present config; retained topics of other configs, also of earlier runs, are cleared. */
  info(present: Present): void;
  /** Camera status follows from what the cameras report. */
  observe(event: DaemonEvent): void;
  cameraStarting(camera: string): void;
  stats(body: StatsBody): void;
  /** Nothing runs any more: no state may say otherwise. */
  stopped(): void;
}

export interface Present {
  cameras: readonly string[];
  /** Those that are switched off. */
  off: readonly string[];
  /** Outputs of each camera with a plain value, as levels of topics, and whether its objects are counted. */
  plain: Readonly<Record<string, { outputs: readonly string[]; counts: boolean }>>;
  /** Topics of other programs that hold something of ours. */
  elsewhere: readonly string[];
  models: readonly string[];
  workflows: readonly string[];
}

type StatsBody = Omit<Parameters<typeof devicePayload<"stats">>[2], "at">;
type ModelOpened = Extract<DaemonEvent, { type: "model_opened" }>;

interface CameraReport {
  state: CameraState | "offline";
  sinceMs: number;
  failure: Failure | undefined;
  nextRetryAt: number | null;
}

export function openAnnouncer(sender: Sender, topics: Topics, publisher: Publisher): Announcer {
  const cameras = new Map<string, CameraReport>();
  const engines = new Map<string, ModelOpened>();
  let present: Present = { cameras: [], off: [], plain: {}, elsewhere: [], models: [], workflows: [] };
  let isFirst = true;
  const switches = new Map<string, string>();
  /** Of cameras that give up frames. */
  const shares = new Map<string, number>();
  let clock: { stepped_s: number; at: string } | undefined;

  function camera(id: string, state: CameraReport["state"], failure?: Failure): void {
    const at = Date.now();
    const before = cameras.get(id);
    const nextRetryMs = failure?.nextRetryMs ?? null;
    cameras.set(id, {
      state,
      sinceMs: before?.state === state ? before.sinceMs : at,
      failure,
      nextRetryAt: nextRetryMs === null ? null : at + nextRetryMs,
    });
    tellCamera(id);
  }

  function tellCamera(id: string): void {
    const report = cameras.get(id);
    if (report === undefined) return;
    const { state, sinceMs, failure, nextRetryAt } = report;
    const payload = devicePayload(sender, "camera-status", {
      at: Date.now(),
      camera: id,
      state,
      error: failure?.error ?? null,
      ...(shares.has(id) ? { share: shares.get(id) } : {}),
      since: new Date(sinceMs).toISOString(),
      attempts: failure?.attempts ?? 0,
      next_retry: nextRetryAt === null ? null : new Date(nextRetryAt).toISOString(),
    });
    publisher.publish({ class: "camera_status", topic: topics.cameraStatus(id), payload });
  }

  function setShare(id: string, share: number): void {
    if (share === 1) shares.delete(id);
    else shares.set(id, share);
  }

  /** The switches of all cameras, as far as they changed. */
  function tellSwitches(): void {
    for (const id of present.cameras) {
      const payload = present.off.includes(id) ? "OFF" : "ON";
      if (switches.get(id) === payload) continue;
      switches.set(id, payload);
      publisher.publish({
        class: "camera_enabled",
        topic: topics.cameraEnabled(id),
        payload,
        contentType: "text/plain",
      });
    }
    for (const id of switches.keys()) if (!present.cameras.includes(id)) switches.delete(id);
  }

  function tellEngine({ model, provider, ms }: ModelOpened): void {
    const payload = devicePayload(sender, "engine", {
      at: Date.now(),
      model,
      state: "ready",
      elapsed_s: ms / 1000,
      provider,
    });
    publisher.publish({ class: "engine", topic: topics.engine(engineId(model)), payload });
  }

  function tellInfo(): void {
    const payload = devicePayload(sender, "info", {
      at: Date.now(),
      version: VERSION,
      schemas: PAYLOAD_NAMES.filter((name) => !PLAIN_PAYLOADS.includes(name)).map(schemaName),
      host: { class: hostClass(), os: `${os.type()} ${os.release()}`, arch: process.arch },
      engines: [{ name: "onnxruntime" }],
      cameras: [...present.cameras],
      workflows: [...present.workflows],
      ...(clock === undefined ? {} : { clock }),
    });
    publisher.publish({ class: "info", topic: topics.info, payload });
  }

  /** Those who listen hear that a camera ended before its topic is emptied. */
  function forgetGone(): void {
    for (const id of cameras.keys()) {
      if (present.cameras.includes(id)) continue;
      camera(id, "ended");
      cameras.delete(id);
    }
    const { cameras: ids, plain, elsewhere, models, workflows } = present;
    const announced = { cameras: ids, plain, elsewhere, engines: models.map(engineId), pipelines: workflows };
    for (const topic of goneTopics(publisher.retained, topics, announced)) publisher.clear(topic);
  }

  /** Counts of an earlier run; zones and classes that it knew are counted on. */
  function resetCounts(): void {
    if (!isFirst) return;
    isFirst = false;
    const root = topics.status.slice(0, -"status".length);
    for (const topic of publisher.retained) {
      const [kind, id = "", what] = topic.startsWith(root) ? topic.slice(root.length).split("/") : [];
      if (kind !== "camera" || what !== "count" || present.plain[id]?.counts !== true) continue;
      publisher.publish({ class: "count", topic, payload: "0", contentType: "text/plain" });
    }
  }

  /** Times that were reported are those of a clock that was wrong. */
  function clockStepped(byMs: number): void {
    clock = { stepped_s: Math.round(byMs) / 1000, at: new Date().toISOString() };
    for (const report of cameras.values()) {
      report.sinceMs += byMs;
      if (report.nextRetryAt !== null) report.nextRetryAt += byMs;
    }
    tellInfo();
    for (const id of cameras.keys()) tellCamera(id);
    for (const event of engines.values()) tellEngine(event);
  }

  return {
    info(next) {
      present = next;
      forgetGone();
      resetCounts();
      tellInfo();
      tellSwitches();
    },
    cameraStarting: (id) => camera(id, "starting"),
    observe(event) {
      if (event.type === "load_shed") setShare(event.camera, event.share);
      const state = cameraState(event);
      if (state !== null && "camera" in event) camera(event.camera, state, failureOf(event));
      else if (event.type === "load_shed") tellCamera(event.camera);
      else if (event.type === "clock_stepped") clockStepped(event.byMs);
      else if (event.type === "model_opened") {
        engines.set(event.model, event);
        tellEngine(event);
      }
    },
    stats(body) {
      const payload = devicePayload(sender, "stats", { ...body, at: Date.now() });
      publisher.publish({ class: "stats", topic: topics.stats, payload });
    },
    stopped() {
      for (const [id, { state }] of cameras) if (!LASTING.has(state)) camera(id, "offline");
      for (const model of engines.keys()) publisher.clear(topics.engine(engineId(model)));
    },
  };
}

/** States that hold also when nothing runs. */
const LASTING: ReadonlySet<string> = new Set(["ended", "failed", "disabled"]);

function engineId(model: string): string {
  return model
    .toLowerCase()
    .replace(/[^a-z0-9_-]+/g, "-")
    .slice(0, 64);
}

interface Failure {
  error: { code: string; message: string };
  attempts: number;
  nextRetryMs: number | null;
}

function failureOf(event: DaemonEvent): Failure | undefined {
  if (event.type === "source_failed") {
    const { cause, message, attempts, nextRetryMs } = event;
    return { error: { code: `STREAM_${cause.toUpperCase()}`, message }, attempts, nextRetryMs };
  }
  if (event.type === "load_shed" && event.message !== undefined)
    return { error: { code: "LOAD_SHED", message: event.message }, attempts: 0, nextRetryMs: null };
  if (event.type !== "camera_not_started") return undefined;
  return { error: { code: event.code, message: event.message }, attempts: 0, nextRetryMs: null };
}

function hostClass(): string {
  return process.arch === "arm64" ? "arm64" : "generic";
}
