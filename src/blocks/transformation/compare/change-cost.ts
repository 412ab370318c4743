import type { Detection } from "../../../kinds/detections.ts";
import { overlap } from "../../../tracking/overlap.ts";

/** How unlike two detections are: by place, and by class, where a penalty of infinity rules other classes out. */
export function changeCost({ weight, penalty }: { weight: number; penalty: number }) {
  return (a: Detection, b: Detection): number => {
    const place = weight * distance(a.box, b.box);
    return a.class === b.class ? place : place + penalty;
  };
}

/** 1 - intersection over union; beyond that, for boxes apart, the distance of their middles over the diagonal around both. */
function distance(a: Detection["box"], b: Detection["box"]): number {
  const shared = overlap(a, b);
  if (shared > 0) return 1 - shared;
  const width = Math.max(a[2], b[2]) - Math.min(a[0], b[0]);
  const height = Math.max(a[3], b[3]) - Math.min(a[1], b[1]);
  const [dx, dy] = [a[0] + a[2] - b[0] - b[2], a[1] + a[3] - b[1] - b[3]];
  // Math.hypot takes ten times as long.
  const [diagonal, apart] = [Math.sqrt(width * width + height * height), Math.sqrt(dx * dx + dy * dy) / 2];
  return diagonal > 0 ? 1 + apart / diagonal : 1;
}
