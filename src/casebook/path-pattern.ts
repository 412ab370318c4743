export type Path = readonly (string | number)[];

/** Matches places against JSON pointers, where `*` is any index of a list. */
export function pathMatcher(pointers: readonly string[]): (path: Path) => boolean {
  const patterns = pointers.map(segments);
  return (path) => patterns.some((pattern) => matches(pattern, path));
}

function segments(text: string): string[] {
  return text
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
}

function matches(pattern: readonly string[], path: Path): boolean {
  if (pattern.length !== path.length) return false;
  return path.every((part, i) => (pattern[i] === "*" && typeof part === "number") || pattern[i] === String(part));
}
