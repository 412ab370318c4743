import { MillraceError } from "../../../base/errors.ts";

/** Python's `float(value)` of JSON data: numbers, texts of numbers and booleans. Throws for everything else. */
export function pythonFloat(value: unknown): number {
  if (typeof value === "number") return value;
  if (typeof value === "boolean") return Number(value);
  if (typeof value === "string" && NUMBER.test(value.trim())) return Number(value.trim().replaceAll("_", ""));
  throw new MillraceError("STEP_INPUT", `${JSON.stringify(value)} is no number`);
}

const NUMBER = /^[+-]?(\d+(_\d+)*\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** A confidence in words or numbers, held to the range from 0 to 1. */
export function confidenceOf(value: unknown): number {
  return Math.min(Math.max(pythonFloat(value), 0), 1);
}
