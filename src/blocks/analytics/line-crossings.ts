import { type Anchor, type Point, pointOf } from "../../kinds/anchor.ts";
import { isBeside, type Line, sideOf } from "./line.ts";
import { TrackMemory } from "./track-memory.ts";
import type { TrackedDetection } from "./tracked.ts";

export type Crossing = "in" | "out";

const CORNERS: readonly Anchor[] = ["TOP_LEFT", "TOP_RIGHT", "BOTTOM_LEFT", "BOTTOM_RIGHT"];

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
    const points = (anchor === null ? CORNERS : [anchor]).map((name) => pointOf(item, name, step));
    if (!isBeside(line, meanOf(points))) {
      this.sides.delete(trackerId);
      return null;
    }
    const side = commonSide(line, points);
    if (side === null) return null;
    const before = this.sides.get(trackerId);
    this.sides.set(trackerId, side);
    return before === undefined || before === side ? null : side;
  }
}

/** The side all points are on: "in" is the left-hand one, and the line itself is on the right. Null astride it or past its ends. */
function commonSide(line: Line, points: readonly Point[]): Crossing | null {
  if (!points.every((point) => isBeside(line, point))) return null;
  const sides = points.map((point) => (sideOf(line, point) < 0 ? "in" : "out"));
  return sides.every((side) => side === sides[0]) ? (sides[0] ?? null) : null;
}

function meanOf(points: readonly Point[]): Point {
  const sum = points.reduce<Point>(([x, y], point) => [x + point[0], y + point[1]], [0, 0]);
  return [sum[0] / points.length, sum[1] / points.length];
}
