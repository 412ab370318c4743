/** Where a cause stands on its ladder. All times in milliseconds of one clock. */
export interface Climb {
  /** Rungs that are given up. */
  depth: number;
  changedAt: number;
  /** Since when nothing is strained; null while something is. */
  calmSince: number | null;
  /** When a rung was taken back last, until it turns out whether that was too early. */
  restoredAt: number | null;
  /** How often it was. */
  relapses: number;
}

export interface Pace {
  /** Time for a rung to have an effect before the next one. */
  stepMs: number;
  /** How long it has to be calm before a rung is taken back. */
  holdMs: number;
}

export interface Look {
  now: number;
  isStrained: boolean;
  /** Rungs that there are. */
  length: number;
  pace: Pace;
}

export const AT_THE_TOP: Climb = {
  depth: 0,
  changedAt: Number.NEGATIVE_INFINITY,
  calmSince: null,
  restoredAt: null,
  relapses: 0,
};

/** What is calm for so long is over for good; nothing waits longer. */
const LONGEST_HOLD_MS = 30 * 60_000;
/** A strain within so many holds of a step up comes of that step. */
const RELAPSE_HOLDS = 3;

/**
 * One rung down while something is strained, one rung up after a time of calm. What is strained again soon after a rung was
 * taken back waits twice as long before the next try, so that a box at its limit settles.
 */
export function climb(before: Climb, look: Look): Climb {
  const now = { ...before, depth: Math.min(before.depth, look.length) };
  return look.isStrained ? down(now, look) : up(now, look);
}

function down(before: Climb, { now, length, pace }: Look): Climb {
  const isRelapse = before.restoredAt !== null && now - before.restoredAt < RELAPSE_HOLDS * holdOf(before, pace);
  const relapses = before.relapses + (isRelapse ? 1 : 0);
  const next = { ...before, calmSince: null, restoredAt: null, relapses };
  if (before.depth >= length || now - before.changedAt < pace.stepMs) return next;
  return { ...next, depth: before.depth + 1, changedAt: now };
}

function up(before: Climb, { now, pace }: Look): Climb {
  const calmSince = before.calmSince ?? now;
  const calmMs = now - Math.max(calmSince, before.changedAt);
  if (before.depth > 0 && calmMs >= holdOf(before, pace)) {
    return { ...before, calmSince, depth: before.depth - 1, changedAt: now, restoredAt: now };
  }
  return { ...before, calmSince, relapses: calmMs >= LONGEST_HOLD_MS ? 0 : before.relapses };
}

function holdOf({ relapses }: Climb, { holdMs }: Pace): number {
  return Math.min(Math.max(holdMs, LONGEST_HOLD_MS), holdMs * 2 ** relapses);
}
