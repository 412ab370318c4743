import { createHash } from "node:crypto";
import { keepRecent } from "../../base/keep-recent.ts";
import { checkToRun, type Library, type Verdict } from "../../compiler/compile.ts";

/** Of one library: more than a daemon has pipelines, as a rule. */
const MOST_KNOWN = 64;

/** The verdicts of each library by digest, the one that was used last at the end. */
const known = new WeakMap<Library, Map<string, Verdict>>();

/** Identity of a definition (parsed JSON, with the code of its files in it). */
export function digestOf(document: unknown): string {
  return createHash("sha256").update(JSON.stringify(document)).digest("hex");
}

/**
 * What `checkToRun` says, without compiling a definition again that was in order before; its plan is shared then. One that has faults
 * is judged each time: they may be of what lies outside, such as an interpreter.
 */
export function judge(document: unknown, library: Library, digest = digestOf(document)): Verdict {
  const verdicts = known.get(library) ?? new Map<string, Verdict>();
  known.set(library, verdicts);
  const verdict = verdicts.get(digest) ?? checkToRun(document, library);
  if (verdict.plan === null) {
    verdicts.delete(digest);
    return verdict;
  }
  return keepRecent(verdicts, digest, verdict, MOST_KNOWN);
}
