import type { BackgroundService } from "../contract/services.ts";

/** Lets one call of a step through, then none until the cool-down is over. One for all cameras of the step, as with the reference. */
export class CoolDown {
  #sentAt = Number.NEGATIVE_INFINITY;

  /** Whether a call may go through now; one that may starts the next cool-down, however it ends. */
  admits(seconds: number, nowMs: number): boolean {
    if (nowMs - this.#sentAt < seconds * 1000) return false;
    this.#sentAt = nowMs;
    return true;
  }
}

const shared = new WeakMap<BackgroundService, Map<string, CoolDown>>();

/** The cool-down of all steps of a thread that name the same session. */
export function sharedCoolDown(background: BackgroundService, session: string): CoolDown {
  const sessions = shared.get(background) ?? new Map<string, CoolDown>();
  shared.set(background, sessions);
  const known = sessions.get(session) ?? new CoolDown();
  sessions.set(session, known);
  return known;
}
