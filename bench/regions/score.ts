import { type Box, overlap } from "../../src/geometry/box-overlap.ts";
import type { Detection } from "../../src/kinds/detections.ts";
import { ByteTracker } from "../../src/tracking/byte-track.ts";
import { TrackIds } from "../../src/tracking/tracker.ts";
import { FPS, type Truth } from "./scene.ts";

export interface Score {
  recall: number;
  /** Of persons at least so high, and lower than the one before. */
  byHeight: number[];
  precision: number;
  /** Persons that a track follows in half of the frames in which they can be seen, and all there are. */
  followed: number;
  persons: number;
  /** Changes from one track to another on the same person. */
  switches: number;
  /** Frames from a person's first to the first in which it is found, the median of all that are. */
  firstSight: number;
}

const SAME = 0.5;
/** Pixels of the large picture. */
const HEIGHTS = [40, 30, 0];
/** As byte_tracker is by default. */
const TRACKER = { activationThreshold: 0.25, matchingThreshold: 0.8, minimumUpdates: 1 };
const STEP = { frames: 30 / FPS, seconds: 1 / FPS, keepS: 1 };

/** What was found in some of the frames, against the persons that are there. */
export function scoreOf(found: ReadonlyMap<number, readonly Detection[]>, truth: readonly (readonly Truth[])[]): Score {
  const tracker = new ByteTracker(TRACKER, new TrackIds());
  const lives = new Map<string, Life>();
  const heights = HEIGHTS.map(() => ({ right: 0, there: 0 }));
  let wrong = 0;
  for (const [frame, items] of found) {
    const ids = new Map(tracker.update(items, STEP).map(({ index, id }) => [index, id]));
    const persons = truth[frame] ?? [];
    const matches = matched(items, persons);
    for (const [at, { person, counts, box }] of persons.entries()) {
      const height = heights[HEIGHTS.findIndex((least) => box[3] - box[1] >= least)];
      if (!counts || height === undefined) continue;
      height.there++;
      const life = lives.get(person) ?? { seen: 0, tracked: 0, first: frame, found: null, id: null, switches: 0 };
      lives.set(person, life);
      life.seen++;
      const item = matches.get(at);
      if (item === undefined) continue;
      height.right++;
      life.found ??= frame;
      const id = ids.get(item) ?? null;
      if (id === null) continue;
      life.tracked++;
      if (life.id !== null && life.id !== id) life.switches++;
      life.id = id;
    }
    wrong += items.length - matches.size;
  }
  const right = heights.reduce((sum, height) => sum + height.right, 0);
  const all = [...lives.values()];
  const late = all.flatMap(({ first, found: at }) => (at === null ? [] : [at - first])).sort((a, b) => a - b);
  return {
    recall: right / heights.reduce((sum, { there }) => sum + there, 0),
    byHeight: heights.map((height) => height.right / height.there),
    precision: right / (right + wrong || 1),
    followed: all.filter(({ seen, tracked }) => tracked >= seen / 2).length,
    persons: all.length,
    switches: all.reduce((sum, { switches }) => sum + switches, 0),
    firstSight: late[late.length >> 1] ?? Number.NaN,
  };
}

interface Life {
  seen: number;
  tracked: number;
  first: number;
  found: number | null;
  id: number | null;
  switches: number;
}

/** Best score first; which detection shows which person. */
function matched(items: readonly Detection[], persons: readonly Truth[]): Map<number, number> {
  const order = items.map((_, i) => i).sort((a, b) => (items[b]?.confidence ?? 0) - (items[a]?.confidence ?? 0));
  const taken = new Map<number, number>();
  for (const item of order) {
    let [best, most] = [-1, SAME];
    for (const [at, { box }] of persons.entries()) {
      const shared = taken.has(at) ? 0 : overlap(items[item]?.box as Box, box);
      if (shared >= most) [best, most] = [at, shared];
    }
    if (best >= 0) taken.set(best, item);
  }
  return taken;
}
