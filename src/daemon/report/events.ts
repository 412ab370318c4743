import type { CodeEvent } from "../../dynamic/runtime/code-runtime.ts";
import type { StandIn } from "../../engine/batch.ts";
import type { Refusal } from "../../inference/providers.ts";
import type { PublishReport } from "../../publish/report/report.ts";
import type { StreamEvent } from "../../stream/stream-event.ts";
import type { HostEvent } from "../host/host-watch.ts";
import type { Shed } from "../host/load-shedding.ts";
import type { SuspendedCode } from "../supervisor/crash-witness.ts";
import type { Crash } from "../supervisor/supervise.ts";

/** Everything that can happen in the daemon. Leaf folders report their own; this is the union. */
export type DaemonEvent = StreamEvent | PublishReport | DaemonOwnEvent;

type DaemonOwnEvent =
  | HostEvent
  /** With a message while the camera is paused. */
  | ({ type: "load_shed"; message?: string } & Shed)
  | { type: "daemon_started"; version: string; device: string; cameras: number; pipelines: number; ms: number }
  | { type: "daemon_stopping"; reason: string }
  /** The daemon before this one, under the same supervisor. */
  | ({ type: "daemon_crashed" } & Crash)
  | ({ type: "code_left_alone" } & SuspendedCode)
  /** Lines that nothing took in time. */
  | { type: "log_left_out"; lines: number }
  | { type: "config_refused"; file: string; message: string }
  | { type: "config_warning"; message: string }
  | { type: "config_needs_restart"; keys: readonly string[] }
  /** What was done: ids of pipelines and cameras, and other keys; parts that were refused. */
  | ({ type: "config_applied" } & Readonly<
      Record<"added" | "removed" | "reopened" | "swapped" | "cameras" | "keys" | "refused", readonly string[]>
    >)
  | { type: "change_refused"; what: string; code: string; message: string; nextRetryMs: number }
  /** The new config did not open after what ran was closed for it. */
  | { type: "restart_failed"; code: string; message: string; nextRetryMs: number | null }
  | { type: "state_not_locked"; directory: string; message: string }
  | { type: "workflow_swapped"; pipeline: string; revision: string }
  | { type: "cameras_reopened"; pipeline: string; cameras: readonly string[] }
  | { type: "daemon_stopped"; ms: number }
  /** Cameras whose frames come and are not processed. */
  | { type: "frames_stalled"; cameras: readonly string[] }
  | { type: "frames_flow"; afterMs: number }
  /** What the service manager should know cannot be sent. */
  | { type: "service_not_notified"; message: string }
  | { type: "ffmpeg_found"; path: string; origin: string; version: string }
  | {
      type: "model_opened";
      model: string;
      provider: string;
      /** How a GPU was reached: by the library that passes options on, or by the binding without them. */
      via: "shim" | "binding" | null;
      refusals: readonly Refusal[];
      sessions: number;
      ms: number;
    }
  /** Switched off. */
  | { type: "camera_disabled"; camera: string }
  /** What came over MQTT, and what became of it. */
  | { type: "command"; verb: string; ok: true }
  | { type: "command"; verb: string; ok: false; code: string; message: string }
  /** A zone that was drawn or deleted over HTTP. */
  | { type: "zone_changed"; zone: string; isDeleted: boolean }
  /** A change over HTTP without the right token. */
  | { type: "http_change_refused"; from: string; path: string; message: string }
  /** Values set over MQTT that a definition does not take any more. */
  | { type: "setting_forgotten"; message: string }
  | { type: "model_downloading"; model: string; url: string; doneBytes: number; totalBytes: number | null }
  | { type: "model_downloaded"; model: string; path: string; sizeBytes: number; ms: number }
  | { type: "model_download_failed"; model: string; code: string; message: string; nextRetryMs: number }
  | { type: "camera_not_started"; camera: string; pipeline: string; code: string; message: string }
  | { type: "pipeline_failed"; pipeline: string; code: string; message: string; frames: number }
  /** Between two batches. */
  | { type: "thread_died"; pipeline: string; message: string }
  | { type: "session_died"; model: string; message: string }
  /** A model that runs has fewer sessions than wanted. */
  | { type: "session_failed"; model: string; sessions: number; wanted: number; message: string }
  | {
      type: "step_failed";
      pipeline: string;
      step: string;
      blockType: string;
      code: string;
      message: string;
      report?: string;
      standIn?: StandIn;
      camera: string;
    }
  | (CodeEvent & { pipeline: string })
  /** Events, or pictures of them, that are not kept. */
  | { type: "archive_failed"; directory: string; message: string }
  /** By the budget of the archive; `count` since the start. */
  | { type: "events_deleted"; directory: string; events: number; bytes: number; count: number }
  | { type: "snapshot_failed"; pipeline: string; camera: string; message: string }
  | { type: "clip_failed"; pipeline: string; camera: string; event: string; code: string; message: string }
  /** It is there, and lacks something. */
  | { type: "clip_incomplete"; pipeline: string; camera: string; event: string; code: string; message: string }
  /** The wall clock was set. */
  | { type: "clock_stepped"; byMs: number }
  /** After a crash no end event can be published for them. */
  | { type: "tracks_not_kept"; file: string; message: string }
  /** Of a run that crashed. */
  | { type: "tracks_closed"; count: number }
  | ({ type: "video_out_started"; encoder: string; width: number; height: number } & VideoPlace)
  | ({ type: "video_out_failed"; message: string; attempts: number; nextRetryMs: number | null } & VideoPlace)
  | { type: "http_listening"; url: string }
  | { type: "first_detection"; camera: string; ms: number; isPublished: boolean };

/** A stream of video that is published. */
export interface VideoPlace {
  pipeline: string;
  camera: string;
  output: string;
  to: "rtsp" | "hls";
  /** Address or folder. */
  place: string;
}

export type Report = (event: DaemonEvent) => void;

/** Code of what waits for a model that is being downloaded. */
export const MODEL_AWAITED = "MODEL_AWAITED";

/** Code of what waits for a zone that was drawn and cannot be read any more. */
export const ZONE_LOST = "ZONE_LOST";

export type CameraState = "starting" | "online" | "retrying" | "failed" | "ended" | "disabled" | "paused";

/** What an event says of its camera's state; null when it says nothing. */
export function cameraState(event: DaemonEvent): CameraState | null {
  if (event.type === "source_started") return "online";
  if (event.type === "source_ended") return "ended";
  if (event.type === "load_shed") return event.share === 0 ? "paused" : event.before === 0 ? "starting" : null;
  if (event.type === "camera_disabled") return "disabled";
  if (event.type === "camera_not_started") return event.code === MODEL_AWAITED ? "retrying" : "failed";
  if (event.type === "source_failed") return event.nextRetryMs === null ? "failed" : "retrying";
  return null;
}
