import { setTimeout as delay } from "node:timers/promises";
import { seededRandom } from "../../src/demo/seeded-random.ts";
import { pick, SOAK_FAULTS, type SoakFault } from "./faults.ts";
import type { Stage } from "./stage.ts";

export interface InjectionSettings {
  seed: number;
  /** Of the whole run. */
  lengthMs: number;
  report: (line: string) => void;
}

/** Injects faults at random, in an order that the seed decides. */
export interface Injection {
  /** How often each fault has happened. */
  readonly counts: ReadonlyMap<string, number>;
  readonly isQuiet: boolean;
  /** Resolves when the time is over and everything is mended. */
  run(stage: Stage): Promise<void>;
}

const PAUSE_MS = { least: 1500, most: 6000 };
const LENGTH_MS = { least: 1500, most: 9000 };
const MOST_AT_ONCE = 2;

export function openInjection({ seed, lengthMs, report }: InjectionSettings): Injection {
  const random = seededRandom(seed);
  const between = ({ least, most }: typeof PAUSE_MS) => least + random() * (most - least);
  const counts = new Map<string, number>();
  const active = new Set<SoakFault>();
  let bag: SoakFault[] = [];

  /** Each fault once before any comes again; the daemon runs through the second half, so that its memory can be followed. */
  function next(passed: number): SoakFault | undefined {
    if (bag.length === 0) bag = [...SOAK_FAULTS];
    const free = bag.filter(({ name, kind }) => {
      const isTooLate = name === "daemon killed" && passed > lengthMs / 2;
      return !isTooLate && ![...active].some((fault) => fault.kind === kind);
    });
    if (free.length === 0) return undefined;
    const fault = pick(free, random);
    bag = bag.filter((one) => one !== fault && !(one.name === "daemon killed" && passed > lengthMs / 2));
    return fault;
  }

  async function happen(fault: SoakFault, stage: Stage): Promise<void> {
    const lasts = between(LENGTH_MS);
    active.add(fault);
    counts.set(fault.name, (counts.get(fault.name) ?? 0) + 1);
    report(`${fault.name} for ${(lasts / 1000).toFixed(1)} s`);
    try {
      const mend = await fault.begin(stage, random);
      await delay(lasts);
      await mend();
    } finally {
      active.delete(fault);
    }
  }

  return {
    counts,
    get isQuiet() {
      return active.size === 0;
    },
    async run(stage) {
      const startedAt = performance.now();
      const happening = new Set<Promise<void>>();
      for (let passed = 0; passed < lengthMs; passed = performance.now() - startedAt) {
        await delay(between(PAUSE_MS));
        const fault = active.size < MOST_AT_ONCE ? next(passed) : undefined;
        if (fault === undefined) continue;
        const one = happen(fault, stage).finally(() => happening.delete(one));
        happening.add(one);
      }
      await Promise.all(happening);
    },
  };
}
