import { z } from "zod";
import { StepError } from "../../base/errors.ts";
import { lazy } from "../../base/lazy.ts";
import type { Point } from "../../kinds/anchor.ts";

/** A directed segment. */
export interface Line {
  start: Point;
  end: Point;
}

export const linePoints = lazy(() =>
  z.array(z.tuple([z.number(), z.number()])).length(2, { error: "a line has exactly two points" }),
);

/** A line from what a definition or another step gives, read once for each such list; throws STEP_BAD_LINE. */
export function lineOf(value: unknown, step: string): Line {
  const known = typeof value === "object" && value !== null ? readLines.get(value) : undefined;
  if (known !== undefined) return known;
  const line = readLine(value, step);
  readLines.set(value as object, line);
  return line;
}

const readLines = new WeakMap<object, Line>();

function readLine(value: unknown, step: string): Line {
  const parsed = linePoints().safeParse(value);
  const [start, end] = parsed.data ?? [];
  if (start !== undefined && end !== undefined && (start[0] !== end[0] || start[1] !== end[1])) return { start, end };
  throw new StepError(
    "STEP_BAD_LINE",
    `step "${step}": line_segment is ${JSON.stringify(value)}, expected two different points in pixels such as [[0, 360], [1280, 360]]`,
    { step },
  );
}

/** Above 0 on the right-hand side of one who walks from start to end on the picture, below 0 on the left, 0 on the line. */
export function sideOf({ start, end }: Line, [x, y]: Point): number {
  return (end[0] - start[0]) * (y - start[1]) - (end[1] - start[1]) * (x - start[0]);
}

/** Whether the point lies between the two perpendiculars at the ends. */
export function isBeside({ start, end }: Line, [x, y]: Point): boolean {
  const [dx, dy] = [end[0] - start[0], end[1] - start[1]];
  const along = dx * (x - start[0]) + dy * (y - start[1]);
  return along >= 0 && along <= dx * dx + dy * dy;
}
