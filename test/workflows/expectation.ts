import { z } from "zod";
import { differences } from "./compare.ts";
import { decodePictures } from "./decode-pictures.ts";
import type { GoldenCase } from "./golden-case.ts";
import { brief } from "./json-value.ts";
import { withNumberedIds } from "./normalise.ts";
import type { Outcome, Row } from "./run-case.ts";
import { trackFacts, truthOf } from "./track-facts.ts";

/** What is expected of a run; cameras are by name, and `rows` for a batch or a file. */
const Expectation = z.strictObject({
  /** Every row, all of its outputs. */
  rows: z.array(z.unknown()).optional(),
  /** By camera and output, the values of all frames in order. */
  columns: z.record(z.string(), z.record(z.string(), z.unknown())).default({}),
  /** By camera, outputs of the last frame. */
  last: z.record(z.string(), z.record(z.string(), z.unknown())).default({}),
  /** By camera, how tracks follow the truth. */
  tracks: z.record(z.string(), z.strictObject({ output: z.string(), facts: z.unknown() })).default({}),
  /** Failures that were isolated. */
  faults: z.array(z.unknown()).default([]),
  /** The failure that ended the run. */
  error: z.unknown().optional(),
});

/** What the outcome of a run has against the expected; random ids stand as <id 1>, <id 2>, and so on. */
export async function faultsOf(
  outcome: Outcome | { error: unknown },
  json: unknown,
  golden: GoldenCase,
): Promise<string[]> {
  const expected = Expectation.parse(json);
  const { tolerance } = golden;
  if ("error" in outcome) {
    return expected.error === undefined
      ? [`the run failed: ${outcome.error}`]
      : differences(errorOf(outcome.error), expected.error, tolerance, "error");
  }
  if (expected.error !== undefined) return [`the run ended well, expected ${brief(expected.error)}`];
  const numbered = withNumberedIds(outcome.rows);
  const rows = (await decodePictures(numbered)) as Outcome["rows"];
  const found = differences(outcome.faults, expected.faults, tolerance, "faults");
  if (expected.rows !== undefined) found.push(...differences(rows["rows"], expected.rows, tolerance, "rows"));
  for (const [camera, columns] of Object.entries(expected.columns)) {
    for (const [output, wanted] of Object.entries(columns)) {
      const column = (rows[camera] ?? []).map((row) => row[output]);
      found.push(...differences(column, wanted, tolerance, `${camera}/${output}`));
    }
  }
  for (const [camera, last] of Object.entries(expected.last)) {
    found.push(...differences(rows[camera]?.at(-1), { $has: last }, tolerance, `${camera}/last`));
  }
  for (const [camera, { output, facts }] of Object.entries(expected.tracks)) {
    const actual = await trackFacts(rows[camera] as Row[], output, await truthOf(golden, camera));
    found.push(...differences(actual, facts, tolerance, `${camera}/tracks`));
  }
  return found;
}

function errorOf(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { name, message } = error;
  return { name, message, code: "code" in error ? error.code : null };
}
