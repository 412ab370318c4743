import { z } from "zod";
import { lazy } from "../base/lazy.ts";

// Fields that several JSON forms share.

/** What is said of data that does not fit. */
export function expected(what: string): { error: (issue: { input?: unknown }) => string } {
  return { error: (issue) => (issue.input === undefined ? "is missing" : `expected ${what}`) };
}

export const TEXT = lazy(() => z.string(expected("a text")));
export const NUMBER = lazy(() => z.number(expected("a number")));
export const WHOLE = lazy(() => z.int(expected("a whole number")));

/** Pixels; the reference writes null where it does not know. */
export const SIZE = lazy(() => NUMBER().nullable());

/** Where a picture lies in the one it was cut from. */
export const ORIGIN = lazy(() =>
  z
    .looseObject(
      { offset_x: NUMBER(), offset_y: NUMBER(), width: NUMBER(), height: NUMBER() },
      expected("an object with offset_x, offset_y, width and height"),
    )
    .transform(({ offset_x, offset_y, width, height }) => ({ offsetX: offset_x, offsetY: offset_y, width, height })),
);
