const names = new WeakMap<object, string>();

/** Gives the points of a zone the name that results call it by. */
export function nameZone(points: unknown, name: string): void {
  if (Array.isArray(points)) names.set(points, name);
}

/** The name of a zone that has one; points that a definition or a step gives have none. */
export function zoneName(points: object): string | undefined {
  return names.get(points);
}
