import type { Case, Expected } from "./case-file.ts";
import { ValueComparison } from "./compare-values.ts";
import type { Difference } from "./difference.ts";
import { readExpectedPictures } from "./expected-pictures.ts";

/** A compilation or a run that failed. */
export interface Failure {
  /** Error classes of the reference: those of all faults found. */
  classes: readonly string[];
  message: string;
}

/** What a case gave. */
export type Outcome =
  | { compileError: Failure }
  | {
      runs: ({ rows: Record<string, unknown>[] } | { error: Failure })[];
      files: readonly unknown[];
      requests: readonly unknown[];
    };

export interface Comparison {
  differences: Difference[];
  /** Something failed that is to succeed. */
  failed: boolean;
}

/** Compares what a case gave with what it expects. */
export async function compareCase(one: Case, expected: Expected, outcome: Outcome): Promise<Comparison> {
  const comparison = new ValueComparison(one, await readExpectedPictures(expected, one.folder));
  const failed =
    "compile_error" in expected ? compiled(expected, outcome, comparison) : ran(expected, outcome, comparison);
  return { differences: comparison.differences, failed };
}

type OfCompiling = Extract<Expected, { compile_error: unknown }>;
type OfRunning = Exclude<Expected, OfCompiling>;

function compiled({ compile_error: wanted }: OfCompiling, outcome: Outcome, comparison: ValueComparison): boolean {
  if ("compileError" in outcome) sameClass(wanted.class, outcome.compileError, ["compile_error", "class"], comparison);
  else comparison.differ(["compile_error"], { expected: wanted, found: "no error" });
  return false;
}

function ran({ runs, files, requests }: OfRunning, outcome: Outcome, comparison: ValueComparison): boolean {
  if ("compileError" in outcome) {
    // A fault that is found before anything runs is as good as one in every run.
    if (runs.length > 0 && runs.every((run) => "error" in run)) return false;
    const { classes, message } = outcome.compileError;
    comparison.differ(["runs"], { expected: "a definition that compiles", found: classes[0], message });
    return true;
  }
  if (runs.length !== outcome.runs.length) {
    const message = "expected has another number of runs than the case";
    comparison.differ(["runs"], { expected: runs.length, found: outcome.runs.length, message });
    return false;
  }
  const failures = runs.map((wanted, i) => sameRun(wanted, outcome.runs[i], { i, comparison }));
  if (files !== undefined) comparison.compare(files, outcome.files, ["files"]);
  if (requests !== undefined) comparison.compare(requests.map(readable), outcome.requests.map(readable), ["requests"]);
  return failures.includes(true);
}

type Run = Extract<Outcome, { runs: unknown }>["runs"][number];

/** Gives whether the run failed that is to succeed. */
function sameRun(
  wanted: OfRunning["runs"][number],
  found: Run | undefined,
  { i, comparison }: { i: number; comparison: ValueComparison },
): boolean {
  const path = ["runs", i];
  if (found === undefined) return true;
  if ("error" in wanted) {
    const expected = (wanted as { error: { class: string } }).error.class;
    if ("error" in found) sameClass(expected, found.error, [...path, "error", "class"], comparison);
    else comparison.differ([...path, "error", "class"], { expected, found: "no error" });
    return false;
  }
  if ("rows" in found) {
    comparison.compare((wanted as { rows: unknown }).rows, found.rows, [...path, "rows"]);
    return false;
  }
  const { classes, message } = found.error;
  comparison.differ([...path, "rows"], { expected: "rows", found: classes[0], message });
  return true;
}

function sameClass(expected: string, { classes, message }: Failure, path: (string | number)[], to: ValueComparison) {
  // The class that pictures name for what failed inside of a library.
  if (!classes.includes(expected) && expected !== "error") to.differ(path, { expected, found: classes[0], message });
}

/** Bodies of JSON are compared as what they say. */
function readable(request: unknown): unknown {
  const { body } = request as { body?: unknown };
  if (typeof body !== "string") return request;
  try {
    return { ...(request as object), body: JSON.parse(body) as unknown };
  } catch {
    return request;
  }
}
