import { setFlagsFromString } from "node:v8";

const NAME = "--max-semi-space-size";
/** The daemon makes little garbage: more room for it costs some 50 MB at the peak and saves no time. */
const FLAG = `${NAME}=1`;

let isLimited = false;

/** Flags for a process that is a daemon; none where the user has chosen the size. */
export function youngGenerationFlags(given = process.execArgv, { NODE_OPTIONS = "" } = process.env): string[] {
  const stated = [...given, NODE_OPTIONS].some((text) => text.replaceAll("_", "-").includes(NAME));
  return stated ? [] : [FLAG];
}

/** The same for the threads that this process starts from now on, and for this one as far as it has not grown yet. */
export function limitYoungGenerations(): void {
  const flags = youngGenerationFlags();
  for (const flag of flags) setFlagsFromString(flag);
  isLimited = flags.length > 0;
  holdYoungGeneration();
}

/** A heap that is set up keeps its limit but can be kept from growing, until V8 sets up another: to be called after each start of a thread. */
export function holdYoungGeneration(): void {
  if (isLimited) setFlagsFromString("--semi-space-growth-factor=1");
}
