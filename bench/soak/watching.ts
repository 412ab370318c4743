import { processesOf, takenBy } from "./processes.ts";
import { CAMERAS, SECRETS, type Stage } from "./stage.ts";

export interface Sample {
  /** Minutes since the start. */
  minute: number;
  pid: number;
  descriptors: number;
  rssMb: number;
  /** No fault is active and every camera gives frames. */
  isQuiet: boolean;
}

/** What was seen of the daemon while it ran. */
export interface Watching {
  readonly samples: readonly Sample[];
  /** Frames that were settled more often than decoded, by what was seen. */
  readonly wrongSums: readonly string[];
  /** Command lines with a secret. */
  readonly exposed: readonly string[];
  look(stage: Stage, hasNoFault: boolean): Promise<void>;
}

/** Frames of a camera that may be in the daemon at once. */
const MOST_IN_FLIGHT = 64;

export function openWatching(): Watching {
  const startedAt = performance.now();
  const samples: Sample[] = [];
  const wrongSums: string[] = [];
  const exposed = new Set<string>();

  return {
    samples,
    wrongSums,
    get exposed() {
      return [...exposed];
    },
    async look(stage, hasNoFault) {
      const pid = stage.daemonPid();
      const health = await stage.health();
      for (const { command } of processesOf(stage.mark)) {
        if (Object.values(SECRETS).some((secret) => command.includes(secret))) exposed.add(command);
      }
      const taken = pid === null ? null : takenBy(pid);
      if (pid === null || taken === null || health === null) return;
      const cameras = Object.entries(health.cameras);
      for (const [id, { decoded, published, dropped }] of cameras) {
        const inFlight = decoded - published - dropped;
        if (inFlight < 0 || inFlight > MOST_IN_FLIGHT) wrongSums.push(`${id}: ${decoded} - ${published} - ${dropped}`);
      }
      // A daemon that has just been started has no cameras yet, and paused ones have no decoder.
      const isWhole =
        cameras.length === CAMERAS.length && !health.degraded.some(({ message }) => /paused/.test(message));
      const isQuiet = hasNoFault && isWhole && cameras.every(([, { state }]) => state === "online");
      samples.push({ minute: (performance.now() - startedAt) / 60_000, pid, ...taken, isQuiet });
    },
  };
}
