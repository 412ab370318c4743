import type { z } from "zod";

/** A key that a schema does not know, in a value that it takes. */
export interface UnknownKey {
  /** To the key, from the value. */
  path: readonly (string | number)[];
  /** Keys that are known beside it. */
  known: readonly string[];
}

/** Keys that parsing leaves out without a word, however deep. Objects that may have any key are passed over. */
export function unknownKeys(schema: z.core.$ZodType, value: unknown): UnknownKey[] {
  const found: UnknownKey[] = [];
  look(schema, value, { path: [], found });
  return found;
}

interface Search {
  /** To the value that is looked at. */
  path: (string | number)[];
  found: UnknownKey[];
}

/** What the definitions of zod's schemas have, each some of it. */
interface Def {
  type?: string;
  innerType?: z.core.$ZodType;
  getter?: () => z.core.$ZodType;
  in?: z.core.$ZodType;
  options?: readonly z.core.$ZodType[];
  discriminator?: string;
  shape?: Readonly<Record<string, z.core.$ZodType>>;
  catchall?: z.core.$ZodType;
  element?: z.core.$ZodType;
  valueType?: z.core.$ZodType;
}

function defOf(schema: z.core.$ZodType): Def {
  return schema._zod.def as unknown as Def;
}

function look(schema: z.core.$ZodType, value: unknown, search: Search): void {
  if (typeof value !== "object" || value === null) return;
  const def = defOf(schema);
  const through = def.innerType ?? (def.getter && laidOut(schema)) ?? def.in ?? optionOf(def, value);
  if (through !== undefined) look(through, value, search);
  else if (def.shape !== undefined) lookInObject(def, def.shape, { value, search });
  else if (Array.isArray(value)) {
    const { element } = def;
    if (element !== undefined)
      for (const [i, item] of value.entries()) within(search, i, () => look(element, item, search));
  } else if (def.valueType !== undefined) {
    const { valueType } = def;
    for (const [key, item] of Object.entries(value)) within(search, key, () => look(valueType, item, search));
  }
}

/** A schema that refers to itself; its getter makes another one at each call. */
function laidOut(schema: z.core.$ZodType): z.core.$ZodType {
  return (schema as z.core.$ZodLazy)._zod.innerType;
}

function lookInObject(
  { catchall }: Def,
  shape: Readonly<Record<string, z.core.$ZodType>>,
  { value, search }: { value: object; search: Search },
): void {
  for (const [key, item] of Object.entries(value)) {
    const field = Object.hasOwn(shape, key) ? shape[key] : undefined;
    if (field !== undefined) {
      if (typeof item === "object" && item !== null) within(search, key, () => look(field, item, search));
    } else if (catchall === undefined) {
      search.found.push({ path: [...search.path, key], known: Object.keys(shape) });
    }
  }
}

function within({ path }: Search, key: string | number, work: () => void): void {
  path.push(key);
  work();
  path.pop();
}

/** Of alternatives the one that the value is. A schema that refuses makes an error, so where a field names it, none is asked. */
function optionOf(def: Def, value: object): z.core.$ZodType | undefined {
  const { options, discriminator } = def;
  if (options === undefined) return undefined;
  if (discriminator !== undefined)
    return named(def, options, discriminator).get((value as Record<string, unknown>)[discriminator]);
  const possible = options.filter((option) => !TAKES_NO_OBJECT.has(defOf(option).type ?? ""));
  return possible.length === 1 ? possible[0] : possible.find((option) => accepts(option, value));
}

const TAKES_NO_OBJECT: ReadonlySet<string> = new Set(["string", "number", "int", "boolean", "null", "literal", "enum"]);

function named(
  def: Def,
  options: readonly z.core.$ZodType[],
  discriminator: string,
): ReadonlyMap<unknown, z.core.$ZodType> {
  const known = byName.get(def);
  if (known !== undefined) return known;
  const map = new Map<unknown, z.core.$ZodType>();
  for (const option of options.toReversed()) {
    for (const name of option._zod.propValues?.[discriminator] ?? []) map.set(name, option);
  }
  byName.set(def, map);
  return map;
}

const byName = new WeakMap<Def, ReadonlyMap<unknown, z.core.$ZodType>>();

function accepts(schema: z.core.$ZodType, value: unknown): boolean {
  return (schema as z.ZodType).safeParse(value).success;
}
