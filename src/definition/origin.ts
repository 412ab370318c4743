const origins = new WeakMap<object, string>();

/** Maps parts of a rewritten document to their JSON pointers in the original. */
export function withOrigin<T extends object>(part: T, path: string): T {
  origins.set(part, path);
  return part;
}

/** The JSON pointer of a part in the original document; `path` itself if the document was not rewritten. */
export function originOf(part: object, path: string): string {
  return origins.get(part) ?? path;
}
