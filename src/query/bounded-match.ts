import { type Context, createContext, Script } from "node:vm";
import { queryError, type Site } from "./query-error.ts";

/** A match that takes longer by the wall clock fails, on a busy box too; the thread that tries it serves all steps of its workflow. */
const LONGEST_MS = 300;
/** After a timeout no match is tried for this long, so that not every element of every frame times out. */
const PAUSE_MS = 1000;
/** Shorter texts are over soon with a pattern that tries few ways. */
const SHORT_TEXT = 256;

/** Whether a pattern is found in a text. Throws QUERY_OPERATION_FAILED where that takes too long. */
export function boundedMatch(pattern: RegExp, site: Site): (text: string) => boolean {
  const triesFew = hasFewWays(pattern.source);
  let pausedUntil = 0;
  return (text) => {
    if (triesFew && text.length <= SHORT_TEXT) return pattern.test(text);
    if (performance.now() < pausedUntil)
      throw queryError("OperationError", `${TOO_LONG}, and is left out for a second`, site);
    const found = timedTest(pattern, text);
    if (found !== null) return found;
    pausedUntil = performance.now() + PAUSE_MS;
    throw queryError("OperationError", `${TOO_LONG} in a text of ${text.length} characters; ${HINT}`, site);
  };
}

const TOO_LONG = `the regular expression takes more than ${LONGEST_MS} ms`;
const HINT = "quantifiers inside of quantified groups, as in (a+)+, try the same characters in many ways";

/** One quantifier without a bound, or none, and no group that is repeated: the ways grow with the square of the text at most. */
function hasFewWays(source: string): boolean {
  const bare = source.replace(/\\[\s\S]/g, "_").replace(/\[[^\]]*\]/g, "_");
  const repeated = bare.match(/[*+]|\{\d+(,\d*)?\}/g) ?? [];
  return repeated.length <= 1 && !/\)\??[*+{]/.test(bare);
}

/** Null when the time was over. Starting the clock takes longer than most matches, so it is kept for those that may need it. */
function timedTest(pattern: RegExp, text: string): boolean | null {
  room ??= createContext(Object.create(null));
  Object.assign(room, { pattern, text });
  try {
    return test.runInContext(room, { timeout: LONGEST_MS }) as boolean;
  } catch (error) {
    // It may be of the room's own class.
    if ((error as { code?: unknown } | null)?.code === "ERR_SCRIPT_EXECUTION_TIMEOUT") return null;
    throw error;
  } finally {
    Object.assign(room, { pattern: null, text: null });
  }
}

const test = new Script("pattern.test(text)");
/** Of this thread. */
let room: Context | undefined;
