import type { Mask } from "./canvas.ts";
import { ellipsePoints } from "./ellipse.ts";

// Smooth lines as the reference writes text: brightest at their middle and fading over a pixel and a half.

type Point = readonly [x: number, y: number];

/** Standard deviation of the fading, in pixels. */
const WIDTH = 0.533;

/** Covers pixels of a mask along a line whose ends lie anywhere; lines that cross add up. */
export function softLine(mask: Mask, [a, b]: readonly [Point, Point], thickness: number): void {
  if (thickness <= 1) {
    thinLine(mask, a, b);
    return;
  }
  const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
  const length = Math.hypot(dx, dy);
  if (length > 0) {
    const reach = Math.floor((thickness + 1) / 2) / length;
    const [nx, ny] = [-dy * reach, dx * reach];
    const corners = [[a[0] + nx, a[1] + ny], [a[0] - nx, a[1] - ny], [b[0] - nx, b[1] - ny], [b[0] + nx, b[1] + ny]] as const; // biome-ignore format: corners
    softPolygon(mask, corners);
  }
  for (const end of [a, b]) softPolygon(mask, ellipsePoints(end, [thickness / 2, thickness / 2], [0, 360]));
}

/** Across the line's longer direction each pixel takes what the two pixels around it have of the line. */
function thinLine({ alpha, width, height }: Mask, a: Point, b: Point): void {
  const isFlat = Math.abs(b[0] - a[0]) > Math.abs(b[1] - a[1]);
  const [along, aside] = isFlat ? [0, 1] : [1, 0];
  const [start, end] = a[along]! <= b[along]! ? [a, b] : [b, a];
  const length = end[along]! - start[along]!;
  const slope = length === 0 ? 0 : (end[aside]! - start[aside]!) / length;
  const strength = 256 * Math.SQRT1_2 * Math.hypot(1, Math.floor(Math.abs(slope) * PARTS) / PARTS);
  const [stepAlong, stepAside] = isFlat ? [1, width] : [width, 1];
  const [lengthwise, crosswise] = isFlat ? [width, height] : [height, width];
  const last = Math.min(lengthwise - 1, Math.floor(end[along]!) + 1);
  for (let at = Math.max(0, Math.floor(start[along]!)); at <= last; at++) {
    const share = (Math.min(end[along]!, at + 1) - Math.max(start[along]!, at - 1)) / 2;
    if (share <= 0) continue;
    const middle = start[aside]! + slope * (at - start[along]!) + 0.5;
    const nearest = Math.floor(middle);
    const part = Math.floor((middle - nearest) * PARTS);
    for (let beside = -1; beside <= 1; beside++) {
      const row = nearest + beside;
      if (row < 0 || row >= crosswise) continue;
      const coverage = (Math.floor(share * strength) * FADES[fadeAt(part, beside)]!) >> 8;
      const place = at * stepAlong + row * stepAside;
      // Twice, so that a line in the middle of its pixels covers them nearly.
      alpha[place]! += ((255 - alpha[place]!) * coverage + 127) >> 8;
      alpha[place]! += ((255 - alpha[place]!) * coverage + 127) >> 8;
    }
  }
}

/** Steps between two pixels. */
const PARTS = 32;

/** Coverage by the distance of a pixel from the line, in parts, the pixel that the line passes first. */
const FADES = Uint8Array.from({ length: 2 * PARTS }, (_, i) => {
  return 0.5 + 254 * Math.exp(-(((i - (PARTS - 1) / 2) / PARTS) ** 2) / (2 * WIDTH ** 2));
});

function fadeAt(part: number, beside: number): number {
  if (beside === 0) return part;
  return beside < 0 ? part + PARTS : 2 * PARTS - 1 - part;
}

/** Fills what has no dents, with smooth edges. */
function softPolygon(mask: Mask, corners: readonly Point[]): void {
  const { alpha, width, height } = mask;
  const rows = corners.map(([, y]) => y);
  const bottom = Math.min(height - 1, Math.floor(Math.max(...rows)));
  for (let y = Math.max(0, Math.ceil(Math.min(...rows))); y <= bottom; y++) {
    const [left, right] = cutOf(corners, y);
    const [from, to] = [Math.max(0, Math.ceil(left)), Math.min(width, Math.floor(right) + 1)];
    if (from < to) alpha.fill(255, y * width + from, y * width + to);
  }
  for (let i = 0; i < corners.length; i++) thinLine(mask, corners[i]!, corners[(i + 1) % corners.length]!);
}

/** Where a row enters and leaves. */
function cutOf(corners: readonly Point[], row: number): readonly [number, number] {
  let [left, right] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const [i, [xa, ya]] of corners.entries()) {
    const [xb, yb] = corners[(i + 1) % corners.length]!;
    if (row < Math.min(ya, yb) || row > Math.max(ya, yb)) continue;
    const x = ya === yb ? xa : xa + ((row - ya) * (xb - xa)) / (yb - ya);
    [left, right] = [Math.min(left, x), Math.max(right, x)];
  }
  return [left, right];
}
