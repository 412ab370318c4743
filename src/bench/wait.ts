import { MillraceError } from "../base/errors.ts";

/** The promise, or a failure that says what did not happen in time. */
export async function within<T>(promise: Promise<T>, ms: number, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new MillraceError("BENCH_TIMEOUT", `${what} took more than ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

const LOOK_EVERY_MS = 8;

/** Looks again and again until something is so that has no event of its own. */
export async function until(isSo: () => boolean, ms: number, what: string): Promise<void> {
  const limit = performance.now() + ms;
  while (!isSo()) {
    if (performance.now() > limit) throw new MillraceError("BENCH_TIMEOUT", `${what} took more than ${ms} ms`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}
