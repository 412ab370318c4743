/** Ids of events that have started and not ended. */
export function openIds(events: readonly { id: string; phase: string }[]): string[] {
  const ended = new Set(events.filter(({ phase }) => phase === "end").map(({ id }) => id));
  return [...new Set(events.map(({ id }) => id))].filter((id) => !ended.has(id));
}
