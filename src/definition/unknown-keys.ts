import type { z } from "zod";

/** A key that a schema does not know, in a value that it takes. */
export interface UnknownKey {
  /** To the key, from the value. */
  path: readonly (string | number)[];
  /** Keys that are known beside it. */
  known: readonly string[];
}

/** Keys that parsing leaves out without a word, however deep. Objects that may have any key are passed over. */
export function unknownKeys(schema: z.core.$ZodType, value: unknown, path: UnknownKey["path"] = []): UnknownKey[] {
  if (typeof value !== "object" || value === null) return [];
  const { def } = schema._zod as unknown as { def: Def };
  if (def.innerType !== undefined) return unknownKeys(def.innerType, value, path);
  if (def.getter !== undefined) return unknownKeys(def.getter(), value, path);
  if (def.in !== undefined) return unknownKeys(def.in, value, path);
  if (def.options !== undefined) return inOption(def, value, path);
  if (def.shape !== undefined) return inObject(def, def.shape, value, path);
  if (Array.isArray(value)) {
    const { element } = def;
    return element === undefined ? [] : value.flatMap((item, i) => unknownKeys(element, item, [...path, i]));
  }
  const { valueType } = def;
  if (valueType === undefined) return [];
  return Object.entries(value).flatMap(([key, item]) => unknownKeys(valueType, item, [...path, key]));
}

/** What the definitions of zod's schemas have, each some of it. */
interface Def {
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

function inObject(
  { catchall }: Def,
  shape: Readonly<Record<string, z.core.$ZodType>>,
  value: object,
  path: UnknownKey["path"],
): UnknownKey[] {
  return Object.entries(value).flatMap(([key, item]) => {
    const field = Object.hasOwn(shape, key) ? shape[key] : undefined;
    if (field !== undefined) return unknownKeys(field, item, [...path, key]);
    return catchall === undefined ? [{ path: [...path, key], known: Object.keys(shape) }] : [];
  });
}

/** Of alternatives the one that the value is. A schema that refuses makes an error, so where a field names it, none is asked. */
function inOption({ options = [], discriminator }: Def, value: object, path: UnknownKey["path"]): UnknownKey[] {
  const isMeant = (option: z.core.$ZodType) => {
    if (discriminator === undefined) return accepts(option, value);
    const name = (value as Record<string, unknown>)[discriminator];
    return option._zod.propValues?.[discriminator]?.has(name as z.core.util.Primitive);
  };
  const option = options.find(isMeant);
  return option === undefined ? [] : unknownKeys(option, value, path);
}

function accepts(schema: z.core.$ZodType, value: unknown): boolean {
  return (schema as z.ZodType).safeParse(value).success;
}
