import type { Detection } from "../../kinds/detections.ts";
import { type Anchor, anchorOf, type Point } from "./anchor.ts";
import { isBeside, type Line, sideOf } from "./line.ts";
import { TrackMemory } from "./track-memory.ts";

export type Crossing = "in" | "out";

const CORNERS: readonly Anchor[] = ["TOP_LEFT", "TOP_RIGHT", "BOTTOM_LEFT", "BOTTOM_RIGHT"];

/** Tells when tracked boxes have come over a line with all the anchors that count. */
export class LineCrossings {
  private readonly sides = new TrackMemory<Crossing>();

  /** `anchor` null takes the four corners. A track that is first seen on one side, or comes round an end, crosses nothing. */
  update(line: Line, { trackerId, box }: Detection & { trackerId: number }, anchor: Anchor | null): Crossing | null {
    const points = (anchor === null ? CORNERS : [anchor]).map((name) => anchorOf(box, name));
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

/** The side all points are on: "in" is the left-hand one. Null astride the line or partly past its ends. */
function commonSide(line: Line, points: readonly Point[]): Crossing | null {
  if (!points.every((point) => isBeside(line, point))) return null;
  const sides = points.map((point) => Math.sign(sideOf(line, point)));
  const [first = 0] = sides;
  if (first === 0 || sides.some((side) => side !== first)) return null;
  return first < 0 ? "in" : "out";
}

function meanOf(points: readonly Point[]): Point {
  const sum = points.reduce<Point>(([x, y], point) => [x + point[0], y + point[1]], [0, 0]);
  return [sum[0] / points.length, sum[1] / points.length];
}
