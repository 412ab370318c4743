import { EffectError, MillraceError, ModelError, SourceError, StepError } from "../../base/errors.ts";
import type { DaemonEvent } from "../report/events.ts";

/** An event that says that something went wrong, as an error; null for all others. */
export function errorOf(event: DaemonEvent): MillraceError | null {
  switch (event.type) {
    case "step_failed": {
      const { step, blockType, code, message, report } = event;
      return new StepError(code, `step "${step}": ${message}`, { step, type: blockType, ...(report && { report }) });
    }
    case "source_failed": {
      const { cause, message, attempts, nextRetryMs, exitCode, signal, stderr } = event;
      return new SourceError(`STREAM_${cause.toUpperCase()}`, message, {
        cause,
        attempts,
        nextRetryMs,
        exitCode,
        signal,
        stderr,
      });
    }
    case "source_damaged":
      return new SourceError("SOURCE_DAMAGED", `the file lacks parts: ${event.line}`);
    case "pipeline_failed":
      return new MillraceError(event.code, event.message, { frames: event.frames });
    case "thread_died":
      return new MillraceError("LANE_DIED", event.message);
    case "session_failed":
      return new ModelError("MODEL_SESSION_FAILED", event.message, { model: event.model });
    case "session_died":
      return new ModelError("MODEL_SESSION_DIED", event.message, { model: event.model });
    case "effect_failed":
      return new EffectError(event.code, `step "${event.step}": ${event.message}`, { step: event.step });
    case "block_output":
      process[event.stream].write(`${event.text}\n`);
      return null;
    default:
      return null;
  }
}
