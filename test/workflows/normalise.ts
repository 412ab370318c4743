const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

/** The value with its random ids numbered by their first appearance: what is the same stays the same. */
export function withNumberedIds(value: unknown): unknown {
  const names = new Map<string, string>();
  const numbered = (id: string) => {
    const name = names.get(id) ?? `<id ${names.size + 1}>`;
    names.set(id, name);
    return name;
  };
  const walk = (part: unknown): unknown => {
    if (typeof part === "string") return part.length < LONGEST ? part.replaceAll(UUID, numbered) : part;
    if (Array.isArray(part)) return part.map(walk);
    if (typeof part !== "object" || part === null) return part;
    return Object.fromEntries(Object.entries(part).map(([key, item]) => [key, walk(item)]));
  };
  return walk(value);
}

/** Longer texts are pictures. */
const LONGEST = 1000;
