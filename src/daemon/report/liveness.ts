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

/** Frames that a workflow has finished, well or badly; one that timed out, or whose thread ended, was not. */
function finished({ published, dropped }: FrameCounts): number {
  return published + (dropped.batch_failed ?? 0) + (dropped.step_failed ?? 0) + (dropped.publish_failed ?? 0);
}

interface Seen {
  finished: number;
  finishedAt: number;
  decoded: number;
  decodedAt: number;
  /** Since when frames have been coming of which none was finished; null while there are none. */
  waitingSince: number | null;
}

export interface Flow {
  /** Cameras whose frames come and are not processed. */
  stalled: readonly string[];
  /** False when that is so wherever frames come: then a restart of the daemon may help. */
  live: boolean;
}

/**
 * Tells whether frames are really processed: a camera is stalled when its frames have been waiting for longer than the limit
 * and its workflow has finished none of them. A camera that gives no frames stalls nothing.
 */
export class Liveness {
  readonly #seen = new Map<string, Seen>();

  /** From the counts at a moment; to be asked more often than the limits are long. */
  look(counts: Readonly<Record<string, FrameCounts>>, limitMs: (camera: string) => number, now: number): Flow {
    const cameras = Object.entries(counts).map(([camera, count]) => {
      const seen = this.#lookAt(camera, count, now);
      const isStalled = waitedMs(seen, count, now) > limitMs(camera);
      return { camera, isStalled, isFlowing: !isStalled && now - seen.finishedAt <= limitMs(camera) };
    });
    const stalled = cameras.filter(({ isStalled }) => isStalled).map(({ camera }) => camera);
    return { stalled, live: stalled.length === 0 || cameras.some(({ isFlowing }) => isFlowing) };
  }

  #lookAt(camera: string, counts: FrameCounts, now: number): Seen {
    const { decoded } = counts;
    const before = this.#seen.get(camera) ?? UNSEEN;
    const isDone = finished(counts) !== before.finished;
    const seen = {
      finished: finished(counts),
      finishedAt: isDone ? now : before.finishedAt,
      decoded,
      decodedAt: decoded > before.decoded ? now : before.decodedAt,
      waitingSince: isDone ? null : waitingSince(before, counts, now),
    };
    this.#seen.set(camera, seen);
    return seen;
  }
}

const UNSEEN: Seen = {
  finished: 0,
  finishedAt: Number.NEGATIVE_INFINITY,
  decoded: 0,
  decodedAt: Number.NEGATIVE_INFINITY,
  waitingSince: null,
};

/** A camera that was silent for so long has stopped. */
const SILENT_MS = 30_000;

function waitingSince(before: Seen, { decoded, inFlight }: FrameCounts, now: number): number | null {
  const isGoingOn = before.waitingSince !== null && (inFlight > 0 || now - before.decodedAt <= SILENT_MS);
  if (isGoingOn) return before.waitingSince;
  return decoded > before.decoded || inFlight > 0 ? now : null;
}

/** Frames that were dropped before the workflow took them wait no longer than they come. */
function waitedMs({ waitingSince: since, decodedAt }: Seen, { inFlight }: FrameCounts, now: number): number {
  return since === null ? 0 : (inFlight > 0 ? now : decodedAt) - since;
}
