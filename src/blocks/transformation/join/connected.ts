/** Groups of items that are joined in pairs, also through others; groups and their items in the order given. */
export function connected<T>(items: readonly T[], isJoined: (a: T, b: T) => boolean): T[][] {
  const groups: T[][] = [];
  const waiting = new Set(items);
  for (const start of items) {
    if (!waiting.delete(start)) continue;
    const members = new Set([start]);
    for (const member of members) {
      for (const other of waiting) {
        if (!isJoined(member, other)) continue;
        members.add(other);
        waiting.delete(other);
      }
    }
    groups.push(items.filter((item) => members.has(item)));
  }
  return groups;
}
