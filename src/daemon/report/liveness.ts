import type { FrameCounts } from "../../stream/ledger.ts";

/** Beside the deadlines of batches: the time to restart a workflow's thread. */
const RESTART_MS = 10_000;

interface Deadlines {
  pipelines: Readonly<Record<string, { cameras: readonly string[]; timeout_ms: number }>>;
}

/** A pipeline restarts a workflow that hangs by itself; one that hangs again is stalled. */
export function stallLimit({ pipelines }: Deadlines): (camera: string) => number {
  return (camera) => {
    const deadlines = Object.values(pipelines).filter(({ cameras }) => cameras.includes(camera));
    return 2 * Math.max(0, ...deadlines.map(({ timeout_ms: ms }) => ms)) + RESTART_MS;
  };
}

/** Frames that a workflow has finished, well or badly; one that timed out was not. */
function finished({ published, dropped }: FrameCounts): number {
  return published + (dropped.batch_failed ?? 0) + (dropped.step_failed ?? 0) + (dropped.publish_failed ?? 0);
}

interface Seen {
  finished: number;
  decoded: number;
  /** Since when frames have been waiting of which none was finished; null while there are none. */
  waitingSince: number | null;
}

/**
 * Tells whether frames are really processed: a camera is stalled when its frames have been waiting for longer than the limit
 * and its workflow has finished none of them. A camera that gives no frames stalls nothing.
 */
export class Liveness {
  readonly #seen = new Map<string, Seen>();

  /** Cameras that are stalled, from the counts at a moment; to be asked more often than the limits are long. */
  stalled(counts: Readonly<Record<string, FrameCounts>>, limitMs: (camera: string) => number, now: number): string[] {
    return Object.entries(counts).flatMap(([camera, count]) => {
      const since = this.#look(camera, count, now);
      return since !== null && now - since > limitMs(camera) ? [camera] : [];
    });
  }

  #look(camera: string, counts: FrameCounts, now: number): number | null {
    const { decoded, inFlight } = counts;
    const before = this.#seen.get(camera);
    const isWaiting = before?.finished === finished(counts) && (inFlight > 0 || decoded > before.decoded);
    const waitingSince = isWaiting ? (before.waitingSince ?? now) : null;
    this.#seen.set(camera, { finished: finished(counts), decoded, waitingSince });
    return waitingSince;
  }
}
