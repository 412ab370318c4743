import type { FrameCounts } from "../../stream/ledger.ts";
import { AT_THE_TOP, type Climb, climb, type Pace } from "./climb.ts";
import type { HostState } from "./host-watch.ts";
import { LostFrames } from "./lost-frames.ts";
import { type Cause, type Ranked, rungsFor, type Share, sharesAt } from "./shed-ladder.ts";

/** A camera that has another share of its frames than before. */
export interface Shed {
  camera: string;
  share: Share;
  before: Share;
  /** Why it has less than all; null when it has them all. */
  cause: Cause | null;
}

export interface SheddingFacts {
  host: Pick<HostState, "strains">;
  counts: Readonly<Record<string, FrameCounts>>;
  /** Those whose load may be shed. */
  cameras: Ranked;
  /** Null where nothing is to be shed. */
  pace: Pace | null;
  now: number;
}

const CAUSES: readonly Cause[] = ["memory", "temperature", "overload"];

/** Decides, look by look, which cameras give up frames. */
export class LoadShedding {
  readonly #climbs = new Map<Cause, Climb>();
  readonly #lost = new LostFrames();
  #shares = new Map<string, { share: Share; cause: Cause }>();

  share(camera: string): Share {
    return this.#shares.get(camera)?.share ?? 1;
  }

  /** Of cameras with less than all their frames. */
  get causes(): ReadonlyMap<string, { share: Share; cause: Cause }> {
    return this.#shares;
  }

  /** Whether a frame is processed: evenly spaced ones are. */
  admits({ camera, sequence }: { camera: string; sequence: number }): boolean {
    const share = this.share(camera);
    return share === 1 || (share > 0 && sequence % Math.round(1 / share) === 0);
  }

  look(facts: SheddingFacts): Shed[] {
    const before = this.#shares;
    this.#shares = this.#next(facts);
    const touched = new Set([...before.keys(), ...this.#shares.keys()]);
    return [...touched].flatMap((camera) => {
      const [old, now] = [before.get(camera)?.share ?? 1, this.share(camera)];
      return old === now ? [] : [{ camera, share: now, before: old, cause: this.#shares.get(camera)?.cause ?? null }];
    });
  }

  #next({ host, counts, cameras, pace, now }: SheddingFacts): Map<string, { share: Share; cause: Cause }> {
    const shares = new Map<string, { share: Share; cause: Cause }>();
    if (pace === null) {
      this.#climbs.clear();
      return shares;
    }
    const isOverloaded = this.#lost.look(counts, cameras, { now, windowMs: pace.stepMs });
    for (const cause of CAUSES) {
      const rungs = rungsFor(cause, cameras);
      const isStrained = cause === "overload" ? isOverloaded : host.strains.some(({ kind }) => kind === cause);
      // The system ends what takes the last memory; there is no time to see what a pause has brought.
      const own = cause === "memory" ? { ...pace, stepMs: 0 } : pace;
      const next = climb(this.#climbs.get(cause) ?? AT_THE_TOP, { now, isStrained, length: rungs.length, pace: own });
      this.#climbs.set(cause, next);
      for (const [camera, share] of sharesAt(rungs, next.depth)) {
        if (share < (shares.get(camera)?.share ?? 1)) shares.set(camera, { share, cause });
      }
    }
    return shares;
  }
}
