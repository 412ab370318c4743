import { steadyMs } from "../../base/steady-clock.ts";
import type { FailureCause } from "../../stream/ffmpeg/failure-cause.ts";
import type { DaemonEvent } from "./events.ts";
import type { LatencySummary } from "./latency.ts";
import { RecentTimes } from "./recent-times.ts";

/** What the page shows of a camera beside its state and its counts. */
export interface CameraFacts {
  /** The stream as it was opened last; null before that. */
  stream: { width: number; height: number; codec: string | null; fps: number | null } | null;
  /** Why it gives no frames; null while it gives some. */
  trouble: CameraTrouble | null;
  /** Milliseconds of the last frames, from decoded to published. */
  latency: LatencySummary;
}

export interface CameraTrouble {
  cause: FailureCause | null;
  /** Failures in a row. */
  attempts: number;
  /** UTC milliseconds since when there are no frames; null where that is not known. */
  since: number | null;
  /** Milliseconds until the next attempt; null when there is none. */
  retry_in_ms: number | null;
}

interface Kept {
  stream: CameraFacts["stream"];
  trouble: (Omit<CameraTrouble, "retry_in_ms"> & { retryAt: number | null }) | null;
  times: RecentTimes;
}

/** Remembers of each camera what its page needs; nothing is computed until a viewer asks. */
export class CameraNotes {
  readonly #kept = new Map<string, Kept>();

  observe(event: DaemonEvent): void {
    if (event.type === "source_started") {
      const { width, height, codec, fps } = event;
      Object.assign(this.#of(event.camera), { stream: { width, height, codec, fps }, trouble: null });
    } else if (event.type === "source_resized") {
      const kept = this.#of(event.camera);
      const { width, height } = event;
      if (kept.stream !== null) kept.stream = { ...kept.stream, width, height };
    } else if (event.type === "source_failed") {
      const { cause, attempts, since, nextRetryMs } = event;
      const retryAt = nextRetryMs === null ? null : steadyMs() + nextRetryMs;
      this.#of(event.camera).trouble = { cause, attempts, since, retryAt };
    } else if (event.type === "source_ended" || event.type === "camera_disabled") {
      this.#of(event.camera).trouble = null;
    }
  }

  /** A frame is published. */
  frame(camera: string, latencyMs: number): void {
    this.#of(camera).times.add(latencyMs);
  }

  facts(camera: string): CameraFacts {
    const { stream, trouble, times } = this.#kept.get(camera) ?? fresh();
    return { stream, trouble: trouble === null ? null : untilNow(trouble), latency: times.summary() };
  }

  #of(camera: string): Kept {
    const kept = this.#kept.get(camera) ?? fresh();
    this.#kept.set(camera, kept);
    return kept;
  }
}

function fresh(): Kept {
  return { stream: null, trouble: null, times: new RecentTimes() };
}

function untilNow({ retryAt, ...trouble }: NonNullable<Kept["trouble"]>): CameraTrouble {
  return { ...trouble, retry_in_ms: retryAt === null ? null : Math.max(0, Math.round(retryAt - steadyMs())) };
}
