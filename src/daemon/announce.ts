import os from "node:os";
import { devicePayload, type Sender } from "../publish/payload.ts";
import type { Publisher } from "../publish/publisher.ts";
import { PAYLOAD_NAMES, schemaName } from "../publish/schemas.ts";
import type { Topics } from "../publish/topics.ts";
import { type CameraState, cameraState, type DaemonEvent } from "./events.ts";
import { VERSION } from "./version.ts";

/** Says over MQTT what the device is and how its cameras fare. */
export interface Announcer {
  info(cameras: readonly string[], workflows: readonly string[]): void;
  /** Camera status follows from what the cameras report. */
  observe(event: DaemonEvent): void;
  cameraStarting(camera: string): void;
  /** One that the config does not have any more. */
  cameraGone(camera: string): void;
  stats(body: StatsBody): void;
}

type StatsBody = Omit<Parameters<typeof devicePayload<"stats">>[2], "at">;

export function openAnnouncer(sender: Sender, topics: Topics, publisher: Publisher): Announcer {
  const since = new Map<string, { state: string; at: number }>();

  function camera(id: string, state: CameraState, failure?: Failure): void {
    const at = Date.now();
    const before = since.get(id);
    const changedAt = before?.state === state ? before.at : at;
    since.set(id, { state, at: changedAt });
    const nextRetryMs = failure?.nextRetryMs ?? null;
    const payload = devicePayload(sender, "camera-status", {
      at,
      camera: id,
      state,
      error: failure?.error ?? null,
      since: new Date(changedAt).toISOString(),
      attempts: failure?.attempts ?? 0,
      next_retry: nextRetryMs === null ? null : new Date(at + nextRetryMs).toISOString(),
    });
    publisher.publish({ class: "camera_status", topic: topics.cameraStatus(id), payload });
  }

  return {
    info(cameras, workflows) {
      const payload = devicePayload(sender, "info", {
        at: Date.now(),
        version: VERSION,
        schemas: PAYLOAD_NAMES.filter((name) => name !== "status").map(schemaName),
        host: { class: hostClass(), os: `${os.type()} ${os.release()}`, arch: process.arch },
        engines: [{ name: "onnxruntime" }],
        cameras: [...cameras],
        workflows: [...workflows],
      });
      publisher.publish({ class: "info", topic: topics.info, payload });
    },
    cameraStarting: (id) => camera(id, "starting"),
    cameraGone: (id) => camera(id, "ended"),
    observe(event) {
      const state = cameraState(event);
      if (state !== null && "camera" in event) camera(event.camera, state, failureOf(event));
      else if (event.type === "model_opened") engine(event);
    },
    stats(body) {
      const payload = devicePayload(sender, "stats", { ...body, at: Date.now() });
      publisher.publish({ class: "stats", topic: topics.stats, payload });
    },
  };

  function engine({ model, provider, ms }: Extract<DaemonEvent, { type: "model_opened" }>): void {
    const id = model
      .toLowerCase()
      .replace(/[^a-z0-9_-]+/g, "-")
      .slice(0, 64);
    const payload = devicePayload(sender, "engine", {
      at: Date.now(),
      model,
      state: "ready",
      elapsed_s: ms / 1000,
      provider,
    });
    publisher.publish({ class: "engine", topic: topics.engine(id), payload });
  }
}

interface Failure {
  error: { code: string; message: string };
  attempts: number;
  nextRetryMs: number | null;
}

function failureOf(event: DaemonEvent): Failure | undefined {
  if (event.type === "source_failed") {
    const { cause, message, attempts, nextRetryMs } = event;
    return { error: { code: cause, message }, attempts, nextRetryMs };
  }
  if (event.type !== "camera_not_started") return undefined;
  return { error: { code: event.code, message: event.message }, attempts: 0, nextRetryMs: null };
}

function hostClass(): string {
  return process.arch === "arm64" ? "arm64" : "generic";
}
