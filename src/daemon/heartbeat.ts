import { steadyMs } from "../base/steady-clock.ts";
import type { Daemon } from "./daemon.ts";
import type { Report } from "./report/events.ts";
import type { Health } from "./report/statistics.ts";
import type { ServiceManager } from "./supervisor/service-manager.ts";

export interface HeartbeatSettings {
  /** The one that runs; null while none does. */
  daemon: () => Pick<Daemon, "flow" | "health"> | null;
  service: ServiceManager;
  report: Report;
}

const LONGEST_MS = 10_000;

/** Feeds the watchdog of the service manager for as long as frames are processed. Returns what ends it. */
export function startHeartbeat({ daemon, service, report }: HeartbeatSettings): () => void {
  let stalledSince: number | null = null;

  function note(cameras: readonly string[]): void {
    if (cameras.length > 0) {
      if (stalledSince === null) report({ type: "frames_stalled", cameras });
      stalledSince ??= steadyMs();
    } else if (stalledSince !== null) {
      report({ type: "frames_flow", afterMs: steadyMs() - stalledSince });
      stalledSince = null;
    }
  }

  function beat(): void {
    const running = daemon();
    const { stalled, live } = running?.flow() ?? { stalled: [], live: true };
    note(stalled);
    const status = running === null ? [] : [`STATUS=${statusOf(running.health())}`];
    // Asks for what would happen at the end of the watchdog's patience.
    if (!live && service.watchdogMs !== null) service.notify("WATCHDOG=trigger", ...status);
    else service.notify("WATCHDOG=1", ...status);
  }

  const timer = setInterval(beat, Math.min(LONGEST_MS, (service.watchdogMs ?? Number.POSITIVE_INFINITY) / 3));
  timer.unref();
  return () => clearInterval(timer);
}

/** One line for `systemctl status`. */
export function statusOf({ status, cameras, broker, degraded }: Health): string {
  const states = Object.values(cameras);
  const online = states.filter(({ state }) => state === "online").length;
  const what = degraded.map((each) => each.what).join(", ");
  const reached = broker === "none" ? "" : `, broker ${broker}`;
  return `${status}: ${online} of ${states.length} cameras online${reached}${what === "" ? "" : `; degraded: ${what}`}`;
}
