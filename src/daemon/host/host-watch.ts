import { steadyMs } from "../../base/steady-clock.ts";
import { endsWithin } from "../../base/within.ts";
import { type HostReading, type HostSources, readHost } from "./host-reading.ts";
import { type HostLimits, type Strain, strainsOf } from "./strain.ts";

export interface HostWatchSettings extends HostSources {
  everyMs: number;
  limits: HostLimits;
}

/** What the watch says once, when it begins and when it ends. */
export type HostEvent =
  | ({ type: "host_strained" } & Strain)
  | { type: "host_relieved"; kind: Strain["kind"]; what: string; afterMs: number }
  | { type: "power_mode_changed"; from: string; to: string };

/** What is known of the machine. */
export interface HostState extends HostReading {
  strains: readonly Strain[];
}

export const UNKNOWN_HOST: HostState = {
  memory: null,
  disks: [],
  files: null,
  temperatures: [],
  powerMode: null,
  strains: [],
};

/** Longest wait for the first look. */
const FIRST_LOOK_MS = 1000;

/** Looks at the machine every few seconds. */
export class HostWatch {
  readonly #report: (event: HostEvent) => void;
  /** Called after each look. */
  readonly #looked: (state: HostState) => void;
  #state = UNKNOWN_HOST;
  readonly #since = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;
  #isLooking = false;

  constructor(report: (event: HostEvent) => void, looked: (state: HostState) => void = () => {}) {
    this.#report = report;
    this.#looked = looked;
  }

  get state(): HostState {
    return this.#state;
  }

  /** Looks once, then again and again; called again it takes other settings. */
  async watch(settings: HostWatchSettings): Promise<void> {
    this.close();
    this.#timer = setInterval(() => void this.#look(settings), settings.everyMs);
    this.#timer.unref();
    await endsWithin(FIRST_LOOK_MS, this.#look(settings));
  }

  close(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** One look at a time: a disk of the network may not answer. */
  async #look(settings: HostWatchSettings): Promise<void> {
    if (this.#isLooking) return;
    this.#isLooking = true;
    try {
      const reading = await readHost(settings);
      if (this.#timer !== undefined) this.#take(reading, settings.limits);
    } finally {
      this.#isLooking = false;
    }
  }

  #take(found: HostReading, limits: HostLimits): void {
    const earlier = this.#state;
    // Memory does not vanish; it cannot be read while no more files can be opened.
    const reading = { ...found, memory: found.memory ?? earlier.memory };
    const strains = strainsOf(reading, limits, earlier.strains);
    this.#state = { ...reading, strains };
    if (earlier.powerMode !== null && reading.powerMode !== null && earlier.powerMode !== reading.powerMode)
      this.#report({ type: "power_mode_changed", from: earlier.powerMode, to: reading.powerMode });
    for (const strain of strains) {
      if (this.#since.has(strain.what)) continue;
      this.#since.set(strain.what, steadyMs());
      this.#report({ type: "host_strained", ...strain });
    }
    for (const { kind, what } of earlier.strains) {
      if (!strains.some((strain) => strain.what === what)) this.#relieve(kind, what);
    }
    this.#looked(this.#state);
  }

  #relieve(kind: Strain["kind"], what: string): void {
    const since = this.#since.get(what) ?? steadyMs();
    this.#since.delete(what);
    this.#report({ type: "host_relieved", kind, what, afterMs: steadyMs() - since });
  }
}
