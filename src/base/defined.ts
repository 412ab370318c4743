/** The entries of a record that have a value: what optional fields of `exactOptionalPropertyTypes` want. */
export function definedOnly<T>(record: Readonly<Record<string, T | undefined>>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).filter((entry): entry is [string, T] => entry[1] !== undefined));
}
