import { type Anchor, pointOf } from "../../kinds/anchor.ts";
import type { Detection } from "../../kinds/detections.ts";
import { type Area, isIn } from "./polygon.ts";
import { TrackMemory } from "./track-memory.ts";
import type { TrackedDetection } from "./tracked.ts";

export interface ZoneRules {
  areas: readonly Area[];
  anchor: Anchor;
  /** Names the zone. */
  step: string;
  /** Detections outside are left out of the result. */
  removeOutside: boolean;
  /** A track that is seen outside starts again when it comes back. */
  forgetOutside: boolean;
}

/** When each track was first seen inside. */
export class ZoneClock {
  private readonly since = new TrackMemory<number>();
  /** The same for each area that has a name; absent while there is none. */
  private named?: Map<string, TrackMemory<number>>;

  /** The detections with the seconds that each has been inside, 0 outside; `seconds` is the video's clock. */
  update(tracked: readonly TrackedDetection[], seconds: number, rules: ZoneRules): Detection[] {
    const timed: Detection[] = [];
    const named = this.namedAreas(rules.areas);
    for (const item of tracked) {
      const point = pointOf(item, rules.anchor, rules.step);
      const inside = rules.areas.filter((area) => isIn(area, point));
      if (rules.forgetOutside) this.leaveOthers(item.trackerId, inside);
      if (inside.length === 0 && rules.forgetOutside) this.since.delete(item.trackerId);
      if (inside.length > 0) {
        const inAll = secondsIn(this.since, item.trackerId, seconds);
        const stays = inside.map(({ name }) => stayIn(name, named, { id: item.trackerId, seconds }));
        const known = stays.filter((stay) => stay !== undefined);
        timed.push(inZones(item, inAll, known.length > 0 ? known : [{ zone: rules.step, seconds: inAll }]));
      } else if (!rules.removeOutside) timed.push({ ...item, timeInZone: 0 });
    }
    return timed;
  }

  /** Clocks of areas that are gone are dropped with them. */
  private namedAreas(areas: readonly Area[]): ReadonlyMap<string, TrackMemory<number>> {
    const names = areas.flatMap(({ name }) => (name === undefined ? [] : [name]));
    if (names.length === 0) {
      delete this.named;
      return NONE;
    }
    const before = this.named;
    if (before?.size === names.length && names.every((name) => before.has(name))) return before;
    this.named = new Map(names.map((name) => [name, before?.get(name) ?? new TrackMemory<number>()]));
    return this.named;
  }

  private leaveOthers(id: number, inside: readonly Area[]): void {
    if (this.named === undefined) return;
    for (const [name, since] of this.named) if (!inside.some((area) => area.name === name)) since.delete(id);
  }
}

const NONE: ReadonlyMap<string, TrackMemory<number>> = new Map();

interface Stay {
  zone: string;
  seconds: number;
}

function stayIn(
  name: string | undefined,
  named: ReadonlyMap<string, TrackMemory<number>>,
  { id, seconds }: { id: number; seconds: number },
): Stay | undefined {
  const since = name === undefined ? undefined : named.get(name);
  return name === undefined || since === undefined ? undefined : { zone: name, seconds: secondsIn(since, id, seconds) };
}

function secondsIn(since: TrackMemory<number>, id: number, seconds: number): number {
  // A clock that was set back must not give negative times.
  const start = Math.min(since.get(id) ?? seconds, seconds);
  since.set(id, start);
  return Math.round((seconds - start) * 1e6) / 1e6;
}

/** One after another, several zones add up. */
function inZones(item: TrackedDetection, seconds: number, stays: readonly Stay[]): Detection {
  return { ...item, timeInZone: seconds, zones: item.zones === undefined ? [...stays] : [...item.zones, ...stays] };
}
