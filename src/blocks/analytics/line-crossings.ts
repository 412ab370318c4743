import { type Anchor, type Point, pointOf } from "../../kinds/anchor.ts";
import { isBeside, type Line, sideOf } from "./line.ts";
import { TrackMemory } from "./track-memory.ts";
import type { TrackedDetection } from "./tracked.ts";

export type Crossing = "in" | "out";

export interface Trigger {
  /** Point that has to cross, null for the four corners. */
  anchor: Anchor | null;
  step: string;
}

/** Tells when tracked boxes have come over a line with all the anchors that count. */
export class LineCrossings {
  private readonly sides = new TrackMemory<Crossing>();

  /** `anchor` null takes the four corners. A track that is first seen on one side, or comes round an end, crosses nothing. */
  update(line: Line, item: TrackedDetection, { anchor, step }: Trigger): Crossing | null {
    const { trackerId } = item;
    // Trackers number what they do not follow below 0.
    if (trackerId < 0) return null;
    const side = anchor === null ? sideOfBox(line, item.box) : sideAt(line, pointOf(item, anchor, step));
    if (side === "past an end") {
      this.sides.delete(trackerId);
      return null;
    }
    if (side === null) return null;
    const before = this.sides.get(trackerId);
    this.sides.set(trackerId, side);
    return before === undefined || before === side ? null : side;
  }
}

/** A side of the line, null astride it or with a corner past an end; "past an end" where all of it is. */
type Side = Crossing | null | "past an end";

/** "In" is the left-hand side, and the line itself is on the right. */
function sideAt(line: Line, point: Point): Side {
  if (!isBeside(line, point)) return "past an end";
  return sideOf(line, point) < 0 ? "in" : "out";
}

/** The side that all four corners are on. */
function sideOfBox(line: Line, [x1, y1, x2, y2]: TrackedDetection["box"]): Side {
  if (!isBeside(line, [(x1 + x2) / 2, (y1 + y2) / 2])) return "past an end";
  const first = sideAt(line, [x1, y1]);
  if (first !== sideAt(line, [x2, y1]) || first !== sideAt(line, [x1, y2]) || first !== sideAt(line, [x2, y2]))
    return null;
  return first === "past an end" ? null : first;
}
