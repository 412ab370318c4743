/** A queue that gives the least of its items first: a binary heap. */
export function leastFirst<T>(compare: (a: T, b: T) => number) {
  const items: T[] = [];
  const isLess = (a: number, b: number) => compare(items[a] as T, items[b] as T) < 0;
  const swap = (a: number, b: number) => {
    [items[a], items[b]] = [items[b] as T, items[a] as T];
  };
  return {
    add(item: T): void {
      let at = items.push(item) - 1;
      for (let above = (at - 1) >> 1; at > 0 && isLess(at, above); above = (at - 1) >> 1) {
        swap(at, above);
        at = above;
      }
    },
    take(): T | undefined {
      const [first] = items;
      const last = items.pop();
      if (items.length === 0) return first;
      items[0] = last as T;
      for (let at = 0; ; ) {
        const [left, right] = [2 * at + 1, 2 * at + 2];
        let least = at;
        if (left < items.length && isLess(left, least)) least = left;
        if (right < items.length && isLess(right, least)) least = right;
        if (least === at) return first;
        swap(at, least);
        at = least;
      }
    },
  };
}
