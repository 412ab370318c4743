/** Sets an entry of a map in order of use, as the one that was used last; of more than `most` the one that was used longest ago goes. */
export function keepRecent<K, V>(entries: Map<K, V>, key: K, value: V, most: number): V {
  entries.delete(key);
  entries.set(key, value);
  for (const [oldest] of entries) {
    if (entries.size <= most) break;
    entries.delete(oldest);
  }
  return value;
}
