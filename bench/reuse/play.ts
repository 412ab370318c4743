import { overlap } from "../../src/geometry/box-overlap.ts";
import type { Detection } from "../../src/kinds/detections.ts";
import { ByteTracker } from "../../src/tracking/byte-track.ts";
import { TrackIds } from "../../src/tracking/tracker.ts";
import type { Rule } from "./rules.ts";

/** What a model finds in each frame, and the frame in grey. */
export interface Film {
  found: readonly (readonly Detection[])[];
  grey: readonly Uint8Array[];
}

export interface Outcome {
  /** Frames that the model looked at. */
  runs: number;
  /** Tracks of every-frame inference, and how many of them are there as well. */
  tracks: number;
  kept: number;
  /** Of all sights of these tracks the share that is there as well. */
  sights: number;
  /** By which the first sight of a track is late at most. */
  latest: number;
}

const NOWHERE: Detection["box"] = [0, 0, 0, 0];
const SETTLING = 2;
/** Frames at 10 a second that a result stands at most: two seconds. */
const LONGEST = 20;

export function play({ found, grey }: Film, rule: Rule): Outcome {
  const memory = rule.open();
  let [last, steady, runs] = [-1, 0, 0];
  const given = found.map((own, at) => {
    memory.see(at, grey[at] ?? new Uint8Array());
    const isLike = last >= 0 && memory.isLike(last);
    if (isLike && steady >= SETTLING && at - last < LONGEST) return found[last] ?? [];
    steady = isLike ? steady + 1 : 0;
    last = at;
    runs++;
    return own;
  });
  return { runs, ...compared(tracked(found), tracked(given)) };
}

type Boxes = Map<number, Detection["box"]>;

const LEAST_SIGHTS = 3;

/** As byte_tracker is by default, at 10 frames a second. */
const TRACKER = { activationThreshold: 0.25, matchingThreshold: 0.8, minimumUpdates: 1 };
const STEP = { frames: 3, seconds: 0.1, keepS: 1 };

/** Tracks of three sights and more: the box in each frame. */
function tracked(found: Film["found"]): Boxes[] {
  const tracker = new ByteTracker(TRACKER, new TrackIds());
  const tracks = new Map<number, Boxes>();
  for (const [at, items] of found.entries()) {
    for (const { index, id } of tracker.update(items, STEP)) {
      const known: Boxes = tracks.get(id) ?? new Map();
      tracks.set(id, known.set(at, items[index]?.box ?? NOWHERE));
    }
  }
  return [...tracks.values()].filter(({ size }) => size >= LEAST_SIGHTS);
}

const SAME = 0.5;

function compared(wanted: readonly Boxes[], given: readonly Boxes[]) {
  let [all, there] = [0, 0];
  const lateness = wanted.map((track) => {
    const seen = [...track].filter(([at, box]) => {
      return given.some((other) => overlap(other.get(at) ?? NOWHERE, box) >= SAME);
    });
    const [first = 0] = track.keys();
    all += track.size;
    there += seen.length;
    return seen.length > track.size / 2 ? (seen[0]?.[0] ?? 0) - first : null;
  });
  const kept = lateness.filter((late) => late !== null);
  return {
    tracks: wanted.length,
    kept: kept.length,
    sights: all === 0 ? 1 : there / all,
    latest: Math.max(0, ...kept),
  };
}
