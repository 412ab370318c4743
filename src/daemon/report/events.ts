import type { CodeEvent } from "../../dynamic/runtime/code-runtime.ts";
import type { StandIn } from "../../engine/batch.ts";
import type { Refusal } from "../../inference/providers.ts";
import type { PublishReport } from "../../publish/report/report.ts";
import type { StreamEvent } from "../../stream/stream-event.ts";
import type { SuspendedCode } from "../supervisor/crash-witness.ts";
import type { Crash } from "../supervisor/supervise.ts";

/** Everything that can happen in the daemon. Leaf folders report their own; this is the union. */
export type DaemonEvent = StreamEvent | PublishReport | DaemonOwnEvent;

type DaemonOwnEvent =
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
  | { type: "ffmpeg_found"; path: string; origin: string; version: string }
  | {
      type: "model_opened";
      model: string;
      provider: string;
      refusals: readonly Refusal[];
      sessions: number;
      ms: number;
    }
  | { type: "camera_not_started"; camera: string; pipeline: string; code: string; message: string }
  | { type: "pipeline_failed"; pipeline: string; code: string; message: string; frames: number }
  /** Between two batches. */
  | { type: "thread_died"; pipeline: string; message: string }
  | { type: "session_died"; model: string; message: string }
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
  /** The wall clock was set. */
  | { type: "clock_stepped"; byMs: number }
  /** After a crash no end event can be published for them. */
  | { type: "tracks_not_kept"; file: string; message: string }
  /** Of a run that crashed. */
  | { type: "tracks_closed"; count: number }
  | { type: "http_listening"; url: string }
  | { type: "first_detection"; camera: string; ms: number; isPublished: boolean };

export type Report = (event: DaemonEvent) => void;

export type CameraState = "starting" | "online" | "retrying" | "failed" | "ended";

/** What an event says of its camera's state; null when it says nothing. */
export function cameraState(event: DaemonEvent): CameraState | null {
  if (event.type === "source_started") return "online";
  if (event.type === "source_ended") return "ended";
  if (event.type === "camera_not_started") return "failed";
  if (event.type === "source_failed") return event.nextRetryMs === null ? "failed" : "retrying";
  return null;
}

export type Level = "debug" | "info" | "warn" | "error";

/** The log line of an event: level, one sentence, and how repeats are counted. */
export interface LogLine {
  level: Level;
  message: string;
  /** Events of one key are rate-limited, with the number of suppressed ones. */
  repeats: string | null;
  /** Prefix of the keys of faults that this ends. */
  heals?: string;
  /** Prefix of the keys that are counted from zero after it, as later failures have other causes. */
  renews?: string;
  /** Lines below it: the code around a fault and the facts of the call. */
  below?: string | undefined;
}

/** The only place that words events. */
export function logLine(event: DaemonEvent): LogLine {
  const line = (level: Level, message: string, repeats: string | null = null): LogLine => ({ level, message, repeats });
  switch (event.type) {
    case "daemon_started":
      return line("info", `millrace ${event.version} started: ${event.cameras} cameras, ${event.pipelines} pipelines`);
    case "daemon_stopping":
      return line("info", `stopping: ${event.reason}`);
    case "daemon_crashed":
      return line(
        "error",
        `the previous daemon ended at ${event.at} (${event.signal ?? `exit code ${event.code}`})${runningOf(event)}${event.tail === "" ? "" : `; its last lines: ${event.tail.slice(-500)}`}`,
      );
    case "code_left_alone":
      return line(
        "error",
        `the code of step "${event.step}" (block ${event.block}, pipeline ${event.pipeline}) was running at each crash of the daemon: it is suspended until ${new Date(event.until).toISOString()}, or until it is changed`,
      );
    case "log_left_out":
      return line("warn", `${event.lines} lines of the log were dropped, as they were not read in time`);
    case "config_refused":
      return line("error", `${event.file}: ${event.message}`);
    case "config_warning":
      return line("warn", event.message);
    case "config_needs_restart":
      return line("info", `${event.keys.join(", ")} changed, which needs a restart of everything`);
    case "config_applied":
      return line(event.refused.length === 0 ? "info" : "warn", appliedOf(event));
    case "change_refused":
      return line(
        "error",
        `${event.what}: unchanged, as the new one cannot be opened: ${event.message}${retry(event.nextRetryMs)}`,
      );
    case "restart_failed":
      return line(
        "error",
        `the daemon cannot be opened with its new config, the old one is opened again: ${event.message}${retry(event.nextRetryMs)}`,
      );
    case "state_not_locked":
      return line("warn", `${event.directory} cannot be locked against a second daemon: ${event.message}`);
    case "workflow_swapped":
      return {
        ...line("info", `pipeline ${event.pipeline}: runs revision ${event.revision} of its definition`),
        renews: pipelineKey(event, ""),
      };
    case "cameras_reopened":
      return line(
        "info",
        `pipeline ${event.pipeline}: the new definition needs other pictures, so its cameras are reopened: ${event.cameras.join(", ")}`,
      );
    case "daemon_stopped":
      return line("info", `stopped within ${Math.round(event.ms)} ms`);
    case "ffmpeg_found":
      return line(
        event.origin === "embedded" ? "warn" : "info",
        `ffmpeg ${event.version} (${event.origin}) at ${event.path}`,
      );
    case "model_opened":
      return line(
        "info",
        `model "${event.model}" runs on ${event.provider} in ${event.sessions} sessions${refused(event.refusals)}`,
      );
    case "source_started":
      return {
        ...line(
          "info",
          `camera ${event.camera}: ${event.width}x${event.height} ${event.codec ?? ""}${event.fps ? ` at ${event.fps} fps` : ""}`,
        ),
        heals: `failed ${event.camera} `,
      };
    case "source_resized":
      return line("info", `camera ${event.camera}: the picture is ${event.width}x${event.height} from here on`);
    case "source_failed":
      return line(
        "warn",
        `camera ${event.camera}: ${event.message}${retry(event.nextRetryMs)}`,
        // A final failure is reported at once.
        event.nextRetryMs === null ? null : `failed ${event.camera} ${event.cause}`,
      );
    case "source_damaged":
      return line(
        "warn",
        `camera ${event.camera}: the file is damaged or cut off, only part of it is read: ${event.line}`,
      );
    case "source_ended":
      return line("info", `camera ${event.camera}: the file has ended`);
    case "camera_not_started":
      return line(
        "error",
        `camera ${event.camera}: not started, as pipeline ${event.pipeline} cannot run: ${event.message}`,
      );
    case "pipeline_failed":
      return line("error", `pipeline ${event.pipeline}: ${event.message}`, pipelineKey(event, event.code));
    case "thread_died":
      return line(
        "error",
        `pipeline ${event.pipeline}: its thread ended between two frames, the state of its steps is lost: ${event.message}`,
        pipelineKey(event, "thread"),
      );
    case "session_died":
      return line(
        "error",
        `model "${event.model}": the thread of a session ended and is restarted with the next picture: ${event.message}`,
        `session ${event.model}`,
      );
    case "step_failed":
      return {
        level: "error",
        message: `${stepOf(event)}: ${event.message}${fallbackOf(event.standIn)}`,
        // A suspension is reported at once, not counted among the failures before it.
        repeats: stepKey(event, `${event.code}${event.standIn?.pausedMs ? " paused" : ""}`),
        below: event.report,
      };
    case "block_output":
      return line(event.stream === "stdout" ? "info" : "warn", `${stepOf(event)}: ${event.text}`);
    case "effect_failed":
      return line(
        "warn",
        `${stepOf(event)}: what it sends or writes failed: ${event.message}`,
        stepKey(event, `effect ${event.code}`),
      );
    case "effect_refused":
      return line("warn", `${stepOf(event)}: work was refused, ${event.message}`, stepKey(event, "refused"));
    case "files_deleted":
      return line(
        "warn",
        `pipeline ${event.pipeline}: ${event.files} files (${(event.bytes / 2 ** 20).toFixed(1)} MB) in ${event.directory} were deleted by its budget, ${event.count} since the start`,
        pipelineKey(event, "files"),
      );
    case "block_slow":
      return line("warn", `${stepOf(event)}: a call takes more than ${event.afterMs} ms`, stepKey(event, "slow"));
    case "block_not_loaded":
      return {
        ...line("error", `${stepOf(event)}: cannot run, each call will fail: ${event.message}`),
        below: event.report,
      };
    case "block_process_ended":
      return line("warn", `${stepOf(event)}: ${processEnd(event)}`, stepKey(event, "process"));
    case "block_state_restored":
      return line("info", `${stepOf(event)}: restored its state ${event.message}, from ${event.file}`);
    case "block_state_set_aside":
      return line(
        "warn",
        `${stepOf(event)}: starts without state, the old state is now ${event.file}.old: ${event.message}`,
      );
    case "block_state_not_kept":
      return line("error", `${stepOf(event)}: its state cannot be kept in ${event.file}: ${event.message}`);
    case "expansion_churn":
      return line(
        "warn",
        `${stepOf(event)}: ${event.shapes} new workflows in ${event.calls} calls, so few are reused: "${event.varying}" varies; a number there, or a step for each item, would share one plan`,
        stepKey(event, "churn"),
      );
    case "expansion_state_evicted":
      return line(
        "warn",
        `${stepOf(event)}: ${event.count} generated workflows with state were evicted and their state is lost; a larger "limits.max_plans" keeps more`,
        stepKey(event, "evicted"),
      );
    case "broker_connected":
      return {
        ...line("info", `broker ${event.url}: connected with MQTT ${event.protocolVersion === 5 ? "5" : "3.1.1"}`),
        heals: "broker ",
      };
    case "broker_lost":
    case "broker_refused":
      return line("warn", `broker ${event.url}: ${event.message}${retry(event.retryInMs)}`, `broker ${event.kind}`);
    case "message_refused":
      return line("warn", `a message on ${event.topic} is not delivered: ${event.message}`);
    case "subscription_refused":
      return line("warn", `broker refused ${event.topic}: ${event.message}`, event.type);
    case "spool_degraded":
      return line("error", `events cannot be kept on disk in ${event.directory}: ${event.message}`);
    case "spool_recovered":
      return line("info", `events are kept on disk again in ${event.directory}`);
    case "spool_damaged":
      return line(
        "error",
        `${event.file} is damaged (${event.lostBytes} bytes): ${event.lostRecords} events in it are lost; it is kept as .damaged`,
      );
    case "spool_unreadable":
      return line("error", `${event.file} cannot be read, its events wait: ${event.message}`, event.type);
    case "spool_cursor_lost":
      return line(
        "warn",
        `${event.directory}: it is unknown what was already delivered, some events may be sent twice`,
      );
    case "spool_unsaved":
      return line(
        "error",
        `${event.records} events that waited for the broker are lost with this process: ${event.directory === null ? "the config has no state_dir" : `${event.directory} cannot be written`}`,
      );
    case "clock_stepped":
      return line(
        "warn",
        `the clock was set ${event.byMs < 0 ? "back" : "forward"} by ${(Math.abs(event.byMs) / 1000).toFixed(1)} s: times published before are off by that much; states are published again`,
      );
    case "tracks_not_kept":
      return line("error", `open tracks cannot be kept on disk in ${event.file}: ${event.message}`);
    case "tracks_closed":
      return line("info", `closed ${event.count} tracks that the last run left open`);
    case "http_listening":
      return line("info", `live page at ${event.url}`);
    case "first_detection":
      return line(
        "info",
        `camera ${event.camera}: first detection${event.isPublished ? " published" : ""} ${(event.ms / 1000).toFixed(1)} s after the camera was opened`,
      );
  }
}

/** What replaces the outputs of a failed step. */
function fallbackOf(standIn: StandIn | undefined): string {
  if (standIn === undefined) return "";
  const outputs =
    standIn.outputs === "empty" ? "its outputs are empty" : `its outputs are those of ${seconds(standIn.ageMs)} ago`;
  const pause = standIn.pausedMs === undefined ? "" : `; the step is suspended for ${seconds(standIn.pausedMs)}`;
  return `; ${outputs}${pause}`;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

function processEnd({ message, isSuspended }: { message: string; isSuspended: boolean }): string {
  const rest = isSuspended ? "; it ended too often and is suspended for a minute" : "";
  return `its process ended, its variables are lost: ${message}${rest}`;
}

type Applied = Extract<DaemonEvent, { type: "config_applied" }>;

/** Exactly what was applied, and what was not. */
function appliedOf(event: Applied): string {
  const { refused: parts } = event;
  const applied = changesOf(event);
  if (parts.length === 0) return `the new config is applied: ${applied ?? "nothing that runs has changed"}`;
  const refused = `refused, and retried: ${parts.join(", ")}`;
  return applied === null
    ? `the new config is not applied: ${refused}`
    : `part of the new config is applied: ${applied}; ${refused}`;
}

function changesOf(event: Applied): string | null {
  const words = {
    added: "pipelines started",
    removed: "pipelines stopped",
    reopened: "pipelines reopened",
    swapped: "pipelines with a new definition",
    cameras: "cameras changed",
    keys: "other keys",
  };
  const changes = Object.entries(words).flatMap(([key, word]) => {
    const ids = event[key as keyof typeof words];
    return ids.length === 0 ? [] : [`${word}: ${ids.join(", ")}`];
  });
  return changes.length === 0 ? null : changes.join("; ");
}

function pipelineKey({ pipeline }: { pipeline: string }, what: string): string {
  return `pipeline ${pipeline} ${what}`;
}

function stepKey(event: { pipeline: string; step: string }, what: string): string {
  return pipelineKey(event, `step ${event.step} ${what}`);
}

function stepOf({ pipeline, step }: { pipeline: string; step: string }): string {
  return `pipeline ${pipeline}: step "${step}"`;
}

function retry(nextRetryMs: number | null): string {
  return nextRetryMs === null ? "" : `; next attempt in ${(nextRetryMs / 1000).toFixed(1)} s`;
}

function refused(refusals: readonly Refusal[]): string {
  if (refusals.length === 0) return "";
  return ` (${refusals.map(({ provider, reason }) => `not ${provider}: ${reason}`).join("; ")})`;
}

function runningOf({ running }: Crash): string {
  const named = running.map(({ step, block, pipeline }) => `step "${step}" (block ${block}, pipeline ${pipeline})`);
  return named.length === 0 ? "" : ` while this code was running: ${named.join(", ")}`;
}
