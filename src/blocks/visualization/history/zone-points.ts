import { StepError } from "../../../base/errors.ts";
import type { Point } from "../../../kinds/anchor.ts";
import { wholePoint } from "../whole-pixels.ts";

/** Points in whole pixels from what a definition or another step gives, undefined for what are none. */
export function pointsOf(value: unknown): Point[] | undefined {
  if (!Array.isArray(value)) return undefined;
  return value.every(isPoint) ? value.map(([x, y]) => wholePoint([x, y])) : undefined;
}

function isPoint(value: unknown): value is [number, number] {
  return Array.isArray(value) && value.length >= 2 && Number.isFinite(value[0]) && Number.isFinite(value[1]);
}

/** The polygons of a zone: a list of points, or several such lists; throws STEP_BAD_ZONE. */
export function zonesOf(zone: unknown, step: string): Point[][] {
  const one = pointsOf(zone);
  if (one !== undefined) return one.length === 0 ? [] : [one];
  const many = Array.isArray(zone) ? zone.map(pointsOf) : [undefined];
  if (many.every((points) => points !== undefined)) return many.filter((points) => points.length > 0);
  throw badPoints("STEP_BAD_ZONE", {
    step,
    found: zone,
    expected: "points in pixels or lists of such points",
    what: "zone",
  });
}

interface BadPoints {
  step: string;
  what: string;
  found: unknown;
  expected: string;
}

export function badPoints(
  code: "STEP_BAD_ZONE" | "STEP_BAD_LINE",
  { step, what, found, expected }: BadPoints,
): StepError {
  const message = `step "${step}": ${what} is ${JSON.stringify(found)}, expected ${expected}, such as [[0, 360], [1280, 360]]`;
  return new StepError(code, message, { step });
}
