import type { StandIn } from "../../engine/batch.ts";
import type { Refusal } from "../../inference/providers.ts";
import { line, pipelineKey, retry, seconds, stepKey, stepOf, words } from "./line.ts";

/** Log lines of pipelines, their models and the steps in them. */
export const STEP_WORDS = words({
  workflow_swapped: (event) => ({
    ...line("info", `pipeline ${event.pipeline}: runs revision ${event.revision} of its definition`),
    renews: pipelineKey(event, ""),
  }),
  model_opened: (event) =>
    line(
      "info",
      `model "${event.model}" runs on ${event.provider}${WAYS[event.via ?? "none"]} in ${event.sessions} sessions${refused(event.refusals)}`,
    ),
  model_downloading: (event) =>
    line("info", `model "${event.model}": downloading ${event.url}${progressOf(event.doneBytes, event.totalBytes)}`),
  model_downloaded: (event) =>
    line(
      "info",
      `model "${event.model}": ${megabytes(event.sizeBytes)} downloaded in ${seconds(event.ms)}, kept in ${event.path}`,
    ),
  model_download_failed: (event) =>
    line(
      "error",
      `model "${event.model}": ${event.message}${retry(event.nextRetryMs)}`,
      `download ${event.model} ${event.code}`,
    ),
  pipeline_failed: (event) =>
    line("error", `pipeline ${event.pipeline}: ${event.message}`, pipelineKey(event, event.code)),
  thread_died: (event) =>
    line(
      "error",
      `pipeline ${event.pipeline}: its thread ended between two frames, the state of its steps is lost: ${event.message}`,
      pipelineKey(event, "thread"),
    ),
  session_died: (event) =>
    line(
      "error",
      `model "${event.model}": the thread of a session ended and is restarted with the next picture: ${event.message}`,
      `session ${event.model}`,
    ),
  session_failed: (event) =>
    line(
      "error",
      `model "${event.model}": runs in ${event.sessions} of ${event.wanted} sessions, as another did not open: ${event.message}`,
      `session ${event.model}`,
    ),
  step_failed: (event) => ({
    level: "error",
    message: `${stepOf(event)}: ${event.message}${fallbackOf(event.standIn)}`,
    // A suspension is reported at once, not counted among the failures before it.
    repeats: stepKey(event, `${event.code}${event.standIn?.pausedMs ? " paused" : ""}`),
    below: event.report,
  }),
  block_output: (event) => line(event.stream === "stdout" ? "info" : "warn", `${stepOf(event)}: ${event.text}`),
  effect_failed: (event) =>
    line(
      "warn",
      `${stepOf(event)}: what it sends or writes failed: ${event.message}`,
      stepKey(event, `effect ${event.code}`),
    ),
  effect_refused: (event) =>
    line("warn", `${stepOf(event)}: work was refused, ${event.message}`, stepKey(event, "refused")),
  files_deleted: (event) =>
    line(
      "warn",
      `pipeline ${event.pipeline}: ${event.files} files (${(event.bytes / 2 ** 20).toFixed(1)} MB) in ${event.directory} were deleted by its budget, ${event.count} since the start`,
      pipelineKey(event, "files"),
    ),
  block_slow: (event) =>
    line("warn", `${stepOf(event)}: a call takes more than ${event.afterMs} ms`, stepKey(event, "slow")),
  block_not_loaded: (event) => ({
    ...line("error", `${stepOf(event)}: cannot run, each call will fail: ${event.message}`),
    below: event.report,
  }),
  block_process_ended: (event) => line("warn", `${stepOf(event)}: ${processEnd(event)}`, stepKey(event, "process")),
  block_state_restored: (event) =>
    line("info", `${stepOf(event)}: restored its state ${event.message}, from ${event.file}`),
  block_state_set_aside: (event) =>
    line("warn", `${keeperOf(event)}: starts without state, the old state is now ${event.file}.old: ${event.message}`),
  block_state_not_kept: (event) =>
    line("error", `${keeperOf(event)}: its state cannot be kept in ${event.file}: ${event.message}`),
  expansion_churn: (event) =>
    line(
      "warn",
      `${stepOf(event)}: ${event.shapes} new workflows in ${event.calls} calls, so few are reused: "${event.varying}" varies; a number there, or a step for each item, would share one plan`,
      stepKey(event, "churn"),
    ),
  expansion_state_evicted: (event) =>
    line(
      "warn",
      `${stepOf(event)}: ${event.count} generated workflows with state were evicted and their state is lost; a larger "limits.max_plans" keeps more`,
      stepKey(event, "evicted"),
    ),
});

/** What an operator can expect of options of the GPU. */
const WAYS = { shim: " with its options", binding: " without its options", none: "" };

/** What replaces the outputs of a failed step. */
function fallbackOf(standIn: StandIn | undefined): string {
  if (standIn === undefined) return "";
  const outputs =
    standIn.outputs === "empty" ? "its outputs are empty" : `its outputs are those of ${seconds(standIn.ageMs)} ago`;
  const pause = standIn.pausedMs === undefined ? "" : `; the step is suspended for ${seconds(standIn.pausedMs)}`;
  return `; ${outputs}${pause}`;
}

function processEnd({ message, isSuspended }: { message: string; isSuspended: boolean }): string {
  const rest = isSuspended ? "; it ended too often and is suspended for a minute" : "";
  return `its process ended, its variables are lost: ${message}${rest}`;
}

function refused(refusals: readonly Refusal[]): string {
  if (refusals.length === 0) return "";
  return ` (${refusals.map(({ provider, reason }) => `not ${provider}: ${reason}`).join("; ")})`;
}

function progressOf(done: number, total: number | null): string {
  return `, ${megabytes(done)}${total === null ? "" : ` of ${megabytes(total)} (${Math.floor((100 * done) / Math.max(1, total))} %)`}`;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

/** The states of a pipeline's blocks are in one file, so what concerns the file names no step. */
function keeperOf(event: { pipeline: string; step: string }): string {
  return event.step === "" ? `pipeline ${event.pipeline}` : stepOf(event);
}
