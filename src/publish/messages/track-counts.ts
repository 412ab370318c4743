import type { OpenTrack } from "./track.ts";

/** How many objects are in sight, by zone and class; `ALL` for the whole picture and for every class. */
export type Counts = ReadonlyMap<string, ReadonlyMap<string, number>>;

export const ALL = "all";

/** Counts the tracks whose start was published, in the zones of their last event: counts agree with events. */
export function countTracks(tracks: Iterable<OpenTrack>): Counts {
  const counts = new Map([[ALL, new Map([[ALL, 0]])]]);
  for (const track of tracks) {
    if (track.id === null) continue;
    for (const zone of [ALL, ...new Set(track.zones.reported)]) {
      const inZone = counts.get(zone) ?? new Map<string, number>();
      counts.set(zone, inZone);
      for (const name of [ALL, track.class]) inZone.set(name, (inZone.get(name) ?? 0) + 1);
    }
  }
  return counts;
}
