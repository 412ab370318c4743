import type { Issue } from "../base/issue.ts";
import { suggest } from "../base/suggest.ts";

const HINTED_ISSUES = 20;
const LONGEST_WORD = 100;

/** A hint for a misspelt name. Comparing costs time, so a document with many faults gets hints for the first ones only. */
export function near(word: string, known: Iterable<string>, issues: readonly Issue[]): string | undefined {
  return issues.length < HINTED_ISSUES && word.length <= LONGEST_WORD ? suggest(word, known) : undefined;
}
