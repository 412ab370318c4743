import { MillraceError, messageOf } from "../../base/errors.ts";

/** A part of a config that could not be applied; the old part keeps running. */
export interface Refusal {
  /** Key of the part, such as `http` or `pipelines.people`. */
  part: string;
  code: string;
  message: string;
}

/** Null when it went well; `fallback` is the code of errors without one. */
export async function attempt(
  part: string,
  work: () => Promise<unknown>,
  fallback = "CONFIG_APPLY",
): Promise<Refusal | null> {
  try {
    await work();
    return null;
  } catch (error) {
    return refusalOf(part, error, fallback);
  }
}

export function refusalOf(part: string, error: unknown, fallback: string): Refusal {
  const code = error instanceof MillraceError ? error.code : fallback;
  return { part, code, message: messageOf(error) };
}
