import { z } from "zod";
import { lazy } from "../base/lazy.ts";
import { pythonText } from "./python-text.ts";
import { type Site, wrongType } from "./query-error.ts";

export const lookupTable = lazy(() =>
  z
    .record(z.string(), z.unknown())
    .describe("Results by value; numbers and booleans are found by their text, as 7 and True."),
);

/** What the table has for a value; a value that it lacks is an error. */
export function lookUp(table: ReadonlyMap<string, unknown>, value: unknown, site: Site): unknown {
  if (typeof value === "object" && value !== null) throw wrongType(site, "a text or number to look up", value);
  const key = pythonText(value);
  if (table.has(key)) return table.get(key);
  const known = [...table.keys()].slice(0, 10).join(", ");
  throw wrongType(site, `one of the keys of the lookup table (${known}${table.size > 10 ? ", …" : ""})`, value);
}
