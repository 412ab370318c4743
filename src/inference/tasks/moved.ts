import type { FoundLines, FoundMasks, FoundPoints } from "../../kinds/model-task.ts";
import { ROW } from "../request.ts";

type Placed = Partial<FoundMasks & FoundPoints & FoundLines>;

/** A reply of any task that is placed by pixels, moved by some; what else it holds stays. */
export function moved(reply: object, { x, y }: { x: number; y: number }): object {
  const { rows, masks, points, corners } = reply as Placed;
  return {
    ...reply,
    ...(rows === undefined ? {} : { rows: rows.map((value, i) => value + ([x, y, x, y][i % ROW] ?? 0)) }),
    ...(masks === undefined ? {} : { masks: masks.map((mask) => ({ ...mask, x: mask.x + x, y: mask.y + y })) }),
    ...(points === undefined ? {} : { points: points.map((value, i) => value + ([x, y][i % 3] ?? 0)) }),
    ...(corners === undefined ? {} : { corners: corners.map((value, i) => value + (i % 2 === 0 ? x : y)) }),
  };
}
