const origins = new WeakMap<object, string>();

/** Remembers where a part of a rewritten document stands in the document as written, a JSON pointer. */
export function withOrigin<T extends object>(part: T, path: string): T {
  origins.set(part, path);
  return part;
}

/** Where a part stands in the document as written; `path` is the answer for documents that nothing has rewritten. */
export function originOf(part: object, path: string): string {
  return origins.get(part) ?? path;
}
