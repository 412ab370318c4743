import type { Context } from "../contract/block.ts";
import type { BackgroundService } from "../contract/services.ts";
import { isWithin } from "../flow/step-clock.ts";

type Caller = Pick<Context, "source" | "frame"> & { services: Pick<Context["services"], "time"> };

const LIVE = Symbol("live cameras");

/**
 * Lets one call of a step through, then none until the cool-down is over. One for all live cameras of the step, as with the
 * reference. A recording has its own, on its own clock: how fast a machine works through a file changes nothing.
 */
export class CoolDown {
  readonly #sentS = new Map<string | symbol, number>();

  /** Whether a call may go through now; one that may starts the next cool-down, however it ends. */
  admits(seconds: number, { source, frame, services }: Caller): boolean {
    const recordedS = frame?.recordedS ?? null;
    const clock = recordedS === null ? LIVE : source;
    const nowS = recordedS ?? services.time.steadyMs() / 1000;
    if (isWithin(seconds, this.#sentS.get(clock) ?? null, nowS)) return false;
    this.#sentS.set(clock, nowS);
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
