import { overlap } from "../../src/geometry/box-overlap.ts";
import { assign } from "../../src/tracking/pairing/assignment.ts";
import { allPairs } from "./all-pairs.ts";

export interface Labelled {
  id: number;
  box: readonly [number, number, number, number];
}

/** What is in each frame. */
export type Scene = readonly (readonly Labelled[])[];

export interface Scores {
  mota: number;
  idf1: number;
  switches: number;
  missed: number;
  invented: number;
}

const MINIMUM_OVERLAP = 0.5;

/** CLEAR MOT (Bernardin, Stiefelhagen 2008) and IDF1 (Ristani et al. 2016) at an overlap of 0.5. */
export function evaluate(truth: Scene, tracked: Scene): Scores {
  const last = new Map<number, number>();
  const together = new Map<string, number>();
  let [missed, invented, switches] = [0, 0, 0];
  truth.forEach((objects, f) => {
    const found = tracked[f] ?? [];
    count(objects, found, together);
    const matched = matchFrame(objects, found, last);
    missed += objects.length - matched.size;
    invented += found.length - matched.size;
    for (const [id, track] of matched) {
      if (last.has(id) && last.get(id) !== track) switches++;
      last.set(id, track);
    }
  });
  const total = truth.flat().length;
  return {
    mota: 1 - (missed + invented + switches) / total,
    idf1: idf1(truth, tracked, together),
    switches,
    missed,
    invented,
  };
}

/** Track of each object; a pair of the frame before stays while it overlaps enough. */
function matchFrame(objects: readonly Labelled[], found: readonly Labelled[], last: ReadonlyMap<number, number>) {
  const matched = new Map<number, number>();
  for (const { id, box } of objects) {
    const kept = found.find((track) => track.id === last.get(id));
    if (kept && overlap(box, kept.box) >= MINIMUM_OVERLAP) matched.set(id, kept.id);
  }
  const taken = new Set(matched.values());
  const open = objects.filter(({ id }) => !matched.has(id));
  const free = found.filter(({ id }) => !taken.has(id));
  const values = Float64Array.from(open.flatMap((object) => free.map((track) => 1 - overlap(object.box, track.box))));
  const columns = assign({
    pairs: allPairs(values, open.length, free.length),
    columns: free.length,
    limit: 1 - MINIMUM_OVERLAP,
  });
  open.forEach(({ id }, row) => {
    const track = free[columns[row]!];
    if (track) matched.set(id, track.id);
  });
  return matched;
}

function count(objects: readonly Labelled[], found: readonly Labelled[], together: Map<string, number>): void {
  for (const object of objects) {
    for (const track of found) {
      if (overlap(object.box, track.box) < MINIMUM_OVERLAP) continue;
      const key = `${object.id} ${track.id}`;
      together.set(key, (together.get(key) ?? 0) + 1);
    }
  }
}

/** Pairs identities so that most frames agree. */
function idf1(truth: Scene, tracked: Scene, together: ReadonlyMap<string, number>): number {
  const ids = [...new Set(truth.flat().map(({ id }) => id))];
  const tracks = [...new Set(tracked.flat().map(({ id }) => id))];
  const most = truth.length;
  const values = Float64Array.from(
    ids.flatMap((id) => tracks.map((track) => most - (together.get(`${id} ${track}`) ?? 0))),
  );
  const columns = assign({ pairs: allPairs(values, ids.length, tracks.length), columns: tracks.length, limit: most });
  const agreed = ids.reduce((sum, id, row) => sum + (together.get(`${id} ${tracks[columns[row]!]}`) ?? 0), 0);
  return (2 * agreed) / (truth.flat().length + tracked.flat().length);
}
