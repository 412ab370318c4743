import { BugError } from "../base/errors.ts";
import type { FrameHandle } from "../kinds/frame.ts";

/** Why a decoded frame did not become a published result. */
export type DropReason =
  | "newest_wins"
  /** A newer frame came before the workflow was open. */
  | "opening"
  | "no_slot"
  | "too_old"
  /** The machine has too little for all cameras. */
  | "shed"
  | "batch_failed"
  /** The thread of the workflow ended, or is suspended after it ended too often. */
  | "worker_lost"
  | "step_failed"
  | "timeout"
  | "shutdown"
  | "camera_removed"
  | "publish_failed";

/** Counts of one camera: decoded = published + all dropped + in flight, always. */
export interface FrameCounts {
  decoded: number;
  published: number;
  dropped: Partial<Record<DropReason, number>>;
  inFlight: number;
}

type FrameName = Pick<FrameHandle, "camera" | "sequence">;

/** The one place where frames are counted. Settling a frame that is not in flight is a `BugError`. */
export interface Ledger {
  decoded(frame: FrameName): void;
  published(frame: FrameName): void;
  dropped(frame: FrameName, reason: DropReason): void;
  /** Frames of a camera that are decoded and not settled. */
  inFlight(camera: string): number;
  snapshot(): Record<string, FrameCounts>;
}

export function createLedger(): Ledger {
  const cameras = new Map<string, { counts: FrameCounts; open: Set<number> }>();

  const accountOf = (camera: string) => {
    const account = cameras.get(camera) ?? {
      counts: { decoded: 0, published: 0, dropped: {}, inFlight: 0 },
      open: new Set(),
    };
    cameras.set(camera, account);
    return account;
  };
  const settle = ({ camera, sequence }: FrameName): FrameCounts => {
    const { counts, open } = accountOf(camera);
    if (!open.delete(sequence))
      throw new BugError(`frame ${sequence} of "${camera}" is not in flight`, { camera, sequence });
    counts.inFlight = open.size;
    return counts;
  };

  return {
    decoded({ camera, sequence }) {
      const { counts, open } = accountOf(camera);
      if (open.has(sequence)) throw new BugError(`frame ${sequence} of "${camera}" was counted before`);
      open.add(sequence);
      counts.decoded++;
      counts.inFlight = open.size;
    },
    published: (frame) => void settle(frame).published++,
    dropped(frame, reason) {
      const { dropped } = settle(frame);
      dropped[reason] = (dropped[reason] ?? 0) + 1;
    },
    inFlight: (camera) => cameras.get(camera)?.counts.inFlight ?? 0,
    snapshot() {
      const copies = Array.from(cameras, ([camera, { counts }]) => [camera, structuredClone(counts)] as const);
      return Object.fromEntries(copies);
    },
  };
}
