import { overlap } from "../../../geometry/box-overlap.ts";
import type { BoxPart } from "../../../geometry/box-tree.ts";
import type { Detection } from "../../../kinds/detections.ts";

interface Rules {
  weight: number;
  /** What another class adds. */
  penalty: number;
}

/** How unlike two detections are: by place, and by class. */
export function changeCost(a: Detection, b: Detection, { weight, penalty }: Rules): number {
  const place = weight * distance(a.box, b.box);
  return a.class === b.class ? place : place + penalty;
}

/** How unlike a detection is to any of a part at least. */
export function leastChangeCost({ box }: Detection, part: BoxPart, { weight, penalty }: Rules): number {
  return weight * leastDistance(box, part) + Math.min(0, penalty);
}

type Box = Detection["box"];

/** 1 - intersection over union; beyond that, for boxes apart, the distance of their middles over the diagonal around both. */
function distance(a: Box, b: Box): number {
  const shared = overlap(a, b);
  if (shared > 0) return 1 - shared;
  const width = Math.max(a[2], b[2]) - Math.min(a[0], b[0]);
  const height = Math.max(a[3], b[3]) - Math.min(a[1], b[1]);
  const diagonal = length(width, height);
  const apart = length(a[0] + a[2] - b[0] - b[2], a[1] + a[3] - b[1] - b[3]) / 2;
  return diagonal > 0 ? 1 + apart / diagonal : 1;
}

// Called for millions of pairs: takes no box apart, which would make an iterator.
function leastDistance(box: Box, part: BoxPart): number {
  const width = Math.abs(box[2] - box[0]);
  const height = Math.abs(box[3] - box[1]);
  const dx = gap((box[0] + box[2]) / 2, part.minX, part.maxX);
  const dy = gap((box[1] + box[3]) / 2, part.minY, part.maxY);
  const inX = (width + part.width) / 2 - dx;
  const inY = (height + part.height) / 2 - dy;
  if (inX > 0 && inY > 0) return 1 - shareOf(inX, width) * shareOf(inY, height);
  const apart = length(dx, dy);
  // No diagonal around both is longer than the way between their middles and that of their two sizes.
  return 1 + apart / (apart + length(width + part.width, height + part.height));
}

function gap(value: number, from: number, to: number): number {
  return value < from ? from - value : value > to ? value - to : 0;
}

function shareOf(part: number, whole: number): number {
  return part < whole ? part / whole : 1;
}

/** Math.hypot takes ten times as long. */
function length(x: number, y: number): number {
  return Math.sqrt(x * x + y * y);
}
