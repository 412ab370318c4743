import { setFlagsFromString } from "node:v8";

const NAME = "--optimize-for-size";

/**
 * V8 lets heaps of all threads of this process grow less over what lives before it collects: a daemon's threads hold a few megabytes and make little
 * garbage. Where the user has stated the flag, either way, that holds.
 */
export function preferSmallHeaps(given = process.execArgv): void {
  if (given.some((text) => /^--(no-?)?optimize-for-size/.test(text.replaceAll("_", "-")))) return;
  setFlagsFromString(NAME);
}
