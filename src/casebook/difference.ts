import type { Path } from "./path-pattern.ts";

/** One place where a case gives something else than it is to. */
export interface Difference {
  /** JSON pointer from `expected`. */
  path: string;
  /** Step that the output comes from, null outside of outputs. */
  step: string | null;
  /** Absent where something was found that was not expected. */
  expected: unknown;
  /** Absent where something is missing. */
  found: unknown;
  /** What else there is to say, such as the message of an error. */
  message?: string;
}

/** Finds the step of a place in the rows of a definition's runs. */
export function stepFinder(definition: unknown): (path: Path) => string | null {
  const outputs = (definition as { outputs?: unknown } | null)?.outputs;
  const steps = new Map<string, string>();
  for (const output of Array.isArray(outputs) ? (outputs as (Record<string, unknown> | null)[]) : []) {
    const step = /^\$steps\.([^.]+)\./.exec(String(output?.["selector"]))?.[1];
    if (step !== undefined) steps.set(String(output?.["name"]), step);
  }
  return (path) => (path[0] === "runs" && path[2] === "rows" ? (steps.get(String(path[4])) ?? null) : null);
}

/** A value for a message: pictures as their size, long ones cut. */
export function shown(value: unknown): string {
  const text = value === undefined ? "nothing" : JSON.stringify(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

const LONGEST = 160;
