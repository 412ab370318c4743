import type { z } from "zod";
import { shownAddress } from "../../base/address.ts";
import { type Issue, pointer } from "../../base/issue.ts";
import { blot } from "../../base/secrets.ts";
import { suggest } from "../../base/suggest.ts";
import { ConfigSchema } from "./schema/config-schema.ts";

/** Where a path of keys is in a text; nothing where there is none. */
export type PlaceOf = (path: readonly PropertyKey[], part?: "key") => Partial<Pick<Issue, "line" | "column">>;

/** A fault that the config's schema has found, with what was found and what is expected. Paths are those of the config. */
export function schemaIssues(issue: z.core.$ZodIssue, placeOf: PlaceOf = () => ({})): Issue[] {
  if (issue.code === "unrecognized_keys") {
    const known = keysAt(issue.path);
    return issue.keys.map((key) => {
      const hint = suggest(key, known) ?? (known.length > 0 ? `known here: ${known.join(", ")}` : undefined);
      const path = [...issue.path, key];
      const message = `"${key}" is not known`;
      const place = placeOf(path, "key");
      return { code: "CONFIG_UNKNOWN_KEY", path: pointer(path), message, ...place, ...(hint ? { hint } : {}) };
    });
  }
  const name = String(issue.path.at(-1) ?? "config");
  const place = placeOf(issue.path);
  const refused = (what: string): Issue => {
    return { code: "CONFIG_VALUE", path: pointer(issue.path), message: `"${name}" ${what}`, ...place };
  };
  if (issue.code === "invalid_key")
    return issue.issues.map((inner) => refused(`is no possible name: ${inner.message}`));
  if (issue.input === undefined && issue.code === "invalid_type")
    return [{ ...refused("is missing"), code: "CONFIG_MISSING" }];
  if (issue.code === "custom" && issue.params !== undefined) {
    const { hint } = issue.params as { hint?: string };
    return [{ ...refused(issue.message), ...(hint === undefined ? {} : { hint }) }];
  }
  return [refused(`is ${shown(issue.input, name)}: ${ruleOf(issue)}`)];
}

/** The value found, without possible secrets: passwords, those in addresses, and contents of lists and maps. */
function shown(input: unknown, name: string): string {
  if (Array.isArray(input)) return "a list";
  if (typeof input === "object" && input !== null) return "a map";
  if (/^(password|token$)/.test(name)) return `a ${typeof input}`;
  const text = typeof input === "string" && name === "url" ? shownAddress(input) : input;
  return text === null ? "a text" : blot(JSON.stringify(text));
}

function ruleOf(issue: z.core.$ZodIssue): string {
  if (issue.code !== "invalid_union") return expectedOf(issue);
  return issue.errors.flat().map(expectedOf).join(" or ").replaceAll(" or expected ", " or ");
}

/** zod's words where they say more than that it is wrong. */
function expectedOf(issue: z.core.$ZodIssue): string {
  const words: Readonly<Record<string, string>> = { object: "a map", record: "a map", array: "a list" };
  if (issue.code === "invalid_type") return `expected ${words[issue.expected] ?? `a ${issue.expected}`}`;
  const [, rule = issue.message] = /^[^:]*: (.*)$/.exec(issue.message) ?? [];
  return rule;
}

/** Keys the schema knows at a path; record entries share one schema. */
function keysAt(path: readonly PropertyKey[]): string[] {
  let schema: unknown = ConfigSchema;
  for (const key of path) schema = child(unwrap(schema), key);
  const shape = (unwrap(schema) as { shape?: Record<string, unknown> } | undefined)?.shape;
  return shape === undefined ? [] : Object.keys(shape);
}

function child(schema: unknown, key: PropertyKey): unknown {
  const { shape, valueType } = (schema ?? {}) as { shape?: Record<PropertyKey, unknown>; valueType?: unknown };
  return shape?.[key] ?? valueType;
}

/** Of alternatives, such as a switch or a map of settings, the one with keys. */
function unwrap(schema: unknown): unknown {
  const { innerType, options } = (schema as Wrapping | undefined)?._zod?.def ?? {};
  if (innerType !== undefined) return unwrap(innerType);
  return options?.map(unwrap).find((option) => (option as { shape?: unknown }).shape !== undefined) ?? schema;
}

interface Wrapping {
  _zod?: { def?: { innerType?: unknown; options?: readonly unknown[] } };
}
