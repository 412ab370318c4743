import { isDeepStrictEqual } from "node:util";
import { BugError } from "../../base/errors.ts";
import { ConfigSchema } from "../config/schema/config-schema.ts";
import { type Taker, takingOf } from "../config/schema/taker.ts";

export interface ChangedKey {
  /** From the root; ids of cameras, models and pipelines are keys like others. */
  path: readonly string[];
  taker: Taker;
}

/** The keys that differ between two configs, each as deep as the schema goes, with what takes them. */
export function changedKeys(before: unknown, after: unknown, schema: unknown = ConfigSchema): ChangedKey[] {
  return walk({ schema, before, after, path: [], taker: null });
}

interface Place {
  schema: unknown;
  before: unknown;
  after: unknown;
  path: readonly string[];
  /** Of the keys around it. */
  taker: Taker | null;
}

function walk({ schema, before, after, path, taker: around }: Place): ChangedKey[] {
  if (isDeepStrictEqual(before, after)) return [];
  const { inner, taking } = unwrapped(schema);
  const taker = taking?.taker ?? around;
  if (isMap(before) && isMap(after)) {
    const inside = childrenOf(inner, before, after)?.flatMap(([key, child]) =>
      walk({ schema: child, before: before[key], after: after[key], path: [...path, key], taker }),
    );
    if (inside !== undefined) return inside;
  }
  const isThere = (value: unknown) => value !== undefined;
  const found = isThere(before) === isThere(after) ? taker : (taking?.presence ?? taker);
  if (found === null) throw new BugError(`nothing takes the key ${path.join(".")}`);
  return [{ path, taker: found }];
}

type Parsed = Readonly<Record<string, unknown>>;

function childrenOf(schema: unknown, before: Parsed, after: Parsed): [string, unknown][] | null {
  const { shape, valueType } = (schema ?? {}) as { shape?: Parsed; valueType?: unknown };
  if (shape !== undefined) return Object.entries(shape);
  if (valueType === undefined) return null;
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].map((key) => [key, valueType]);
}

/** Defaults and options wrap the schema; the outermost wrapper has the taker. */
function unwrapped(schema: unknown): { inner: unknown; taking: ReturnType<typeof takingOf> } {
  const taking = takingOf(schema);
  const inside = (schema as { _zod?: { def?: { innerType?: unknown } } } | undefined)?._zod?.def?.innerType;
  if (inside === undefined) return { inner: schema, taking };
  const deeper = unwrapped(inside);
  return { inner: deeper.inner, taking: taking ?? deeper.taking };
}

function isMap(value: unknown): value is Parsed {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
