import { roundHalfEven } from "../../base/round-half-even.ts";
import type { Raster } from "../raster.ts";
import type { Point } from "./contours.ts";

interface Pull {
  /** Pixels that outlines may move to, those not 0. */
  targets: Raster<1>;
  /** How steep each pixel of the picture is: the steeper, the stronger it pulls. */
  slopes: Float64Array;
  /** Pixels that a point may move. */
  reach: number;
}

/** Points along an outline from which its direction is taken. */
const TANGENT = 5;

/** Moves every pixel of an outline across it to the target that pulls most, nearer ones more. */
export function snapped(corners: readonly Point[], pull: Pull): Point[] {
  const points = allPointsOf(corners);
  const at = (i: number) => points[((i % points.length) + points.length) % points.length]!;
  return points.map((point, i) => {
    const [[x1, y1], [x2, y2]] = [at(i - TANGENT), at(i + TANGENT)];
    const length = Math.hypot(x2 - x1, y2 - y1);
    if (length < 1e-6) return point;
    return strongest(point, [-(y2 - y1) / length, (x2 - x1) / length], pull) ?? point;
  });
}

function strongest([x, y]: Point, [nx, ny]: Point, { targets, slopes, reach }: Pull): Point | null {
  let best: Point | null = null;
  let most = 0;
  for (const sign of [1, -1]) {
    for (let step = 1; step <= reach; step++) {
      const [column, row] = [roundHalfEven(x + sign * nx * step), roundHalfEven(y + sign * ny * step)];
      if (column < 0 || row < 0 || column >= targets.width || row >= targets.height) continue;
      if (targets.data[row * targets.stride + column] === 0) continue;
      const pull = slopes[row * targets.width + column]! * (1 - step / (reach + 1));
      if (pull > most) [most, best] = [pull, [column, row]];
    }
  }
  return best;
}

/** The pixels between corners too, which lie in one of eight directions from each other. */
function allPointsOf(corners: readonly Point[]): Point[] {
  return corners.flatMap(([x, y], i) => {
    const [endX, endY] = corners[(i + 1) % corners.length]!;
    const steps = Math.max(1, Math.abs(endX - x), Math.abs(endY - y));
    const [dx, dy] = [Math.sign(endX - x), Math.sign(endY - y)];
    return Array.from({ length: steps }, (_, step): Point => [x + step * dx, y + step * dy]);
  });
}
