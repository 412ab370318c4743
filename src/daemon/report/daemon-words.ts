import type { Crash } from "../supervisor/supervise.ts";
import type { DaemonEvent, VideoPlace } from "./events.ts";
import { line, retry, words } from "./line.ts";

/** Log lines of the daemon itself: start, config, page, clock and tracks. */
export const DAEMON_WORDS = words({
  daemon_started: (event) =>
    line("info", `millrace ${event.version} started; cameras: ${event.cameras}, pipelines: ${event.pipelines}`),
  daemon_stopping: (event) => line("info", `stopping: ${event.reason}`),
  daemon_crashed: (event) =>
    line(
      "error",
      `the previous daemon ended at ${event.at} (${event.signal ?? `exit code ${event.code}`})${runningOf(event)}${event.tail === "" ? "" : `; its last lines: ${event.tail.slice(-500)}`}`,
    ),
  code_left_alone: (event) =>
    line(
      "error",
      `the code of step "${event.step}" (block ${event.block}, pipeline ${event.pipeline}) was running at each crash of the daemon: it is suspended until ${new Date(event.until).toISOString()}, or until it is changed`,
    ),
  log_left_out: (event) => line("warn", `${event.lines} lines of the log were dropped, as they were not read in time`),
  config_refused: (event) => line("error", `${event.file}: ${event.message}`),
  config_warning: (event) => line("warn", event.message),
  config_needs_restart: (event) =>
    line("info", `${event.keys.join(", ")} changed, which needs a restart of everything`),
  config_applied: (event) => line(event.refused.length === 0 ? "info" : "warn", appliedOf(event)),
  change_refused: (event) =>
    line(
      "error",
      `${event.what}: unchanged, as the new one cannot be opened: ${event.message}${retry(event.nextRetryMs)}`,
    ),
  command: (event) =>
    event.ok
      ? line("info", `command "${event.verb}" over MQTT: done`)
      : line("warn", `command "${event.verb}" over MQTT: ${event.message}`, `command ${event.verb} ${event.code}`),
  zone_changed: (event) => line("info", `zone "${event.zone}" was ${event.isDeleted ? "deleted" : "drawn"} over HTTP`),
  http_change_refused: (event) =>
    line("warn", `${event.path} asked for by ${event.from}: ${event.message}`, `http ${event.from} ${event.message}`),
  setting_forgotten: (event) =>
    line("warn", `set over MQTT and forgotten, as the config does not take it: ${event.message}`),
  restart_failed: (event) =>
    line(
      "error",
      `the daemon cannot be opened with its new config, the old one is opened again: ${event.message}${retry(event.nextRetryMs)}`,
    ),
  state_not_locked: (event) =>
    line("warn", `${event.directory} cannot be locked against a second daemon: ${event.message}`),
  daemon_stopped: (event) => line("info", `stopped within ${Math.round(event.ms)} ms`),
  frames_stalled: (event) =>
    line("error", `no frames are processed, though they come: ${event.cameras.join(", ")}; a restart may help`),
  frames_flow: (event) => line("info", `frames are processed again after ${(event.afterMs / 1000).toFixed(0)} s`),
  service_not_notified: (event) => line("warn", `the service manager is not notified: ${event.message}`),
  clock_stepped: (event) =>
    line(
      "warn",
      `the clock was set ${event.byMs < 0 ? "back" : "forward"} by ${(Math.abs(event.byMs) / 1000).toFixed(1)} s: times published before are off by that much; states are published again`,
    ),
  tracks_not_kept: (event) => line("error", `open tracks cannot be kept on disk in ${event.file}: ${event.message}`),
  tracks_closed: (event) => line("info", `closed ${event.count} tracks that the last run left open`),
  archive_failed: (event) =>
    line("error", `events are not kept in ${event.directory}: ${event.message}`, `archive ${event.directory}`),
  events_deleted: (event) =>
    line(
      "info",
      `${event.events} events (${(event.bytes / 2 ** 20).toFixed(1)} MB) in ${event.directory} were deleted by its budget, ${event.count} since the start`,
      `archive deletes ${event.directory}`,
    ),
  snapshot_failed: (event) =>
    line(
      "error",
      `pipeline ${event.pipeline}: a picture of an event of camera ${event.camera} failed: ${event.message}`,
      `snapshot ${event.camera}`,
    ),
  clip_failed: (event) =>
    line(
      "error",
      `camera ${event.camera}: no clip of event ${event.event}: ${event.message} (${event.code})`,
      `clip ${event.camera} ${event.code}`,
    ),
  clip_incomplete: (event) =>
    line(
      "warn",
      `camera ${event.camera}: the clip of event ${event.event} is not whole: ${event.message} (${event.code})`,
      `clip ${event.camera} ${event.code}`,
    ),
  video_out_started: (event) => ({
    ...line("info", `${streamOf(event)}: ${event.width}x${event.height} by ${event.encoder} to ${event.place}`),
    heals: `video ${streamKey(event)}`,
  }),
  video_out_failed: (event) =>
    line("warn", `${streamOf(event)}: ${event.message}${retry(event.nextRetryMs)}`, `video ${streamKey(event)}`),
  http_listening: (event) => line("info", `live page at ${event.url}`),
});

function streamOf({ pipeline, camera, output, to }: VideoPlace): string {
  return `pipeline ${pipeline}: video of camera ${camera}, output "${output}", as ${to.toUpperCase()}`;
}

function streamKey({ camera, output, place }: VideoPlace): string {
  return `${camera} ${output} ${place} `;
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

function runningOf({ running }: Crash): string {
  const named = running.map(({ step, block, pipeline }) => `step "${step}" (block ${block}, pipeline ${pipeline})`);
  return named.length === 0 ? "" : ` while this code was running: ${named.join(", ")}`;
}
