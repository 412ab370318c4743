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

  /** The detections with the seconds that each has been inside, 0 outside; `seconds` is the video's clock. */
  update(tracked: readonly TrackedDetection[], seconds: number, rules: ZoneRules): Detection[] {
    const timed: Detection[] = [];
    for (const item of tracked) {
      const point = pointOf(item, rules.anchor, rules.step);
      const inside = rules.areas.some((area) => isIn(area, point));
      if (!inside && rules.forgetOutside) this.since.delete(item.trackerId);
      if (inside) timed.push(inZone(item, rules.step, this.timeInside(item.trackerId, seconds)));
      else if (!rules.removeOutside) timed.push({ ...item, timeInZone: 0 });
    }
    return timed;
  }

  private timeInside(id: number, seconds: number): number {
    // A clock that was set back must not give negative times.
    const start = Math.min(this.since.get(id) ?? seconds, seconds);
    this.since.set(id, start);
    return Math.round((seconds - start) * 1e6) / 1e6;
  }
}

/** One after another, several zones add up. */
function inZone(item: TrackedDetection, zone: string, seconds: number): Detection {
  const stay = { zone, seconds };
  return { ...item, timeInZone: seconds, zones: item.zones === undefined ? [stay] : [...item.zones, stay] };
}
