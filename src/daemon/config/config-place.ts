import { type Document, isMap, isScalar, isSeq, type LineCounter } from "yaml";

interface Place {
  line: number;
  column: number;
}

/** The place of the deepest existing part of a path: its value, or its key where that is at fault. */
export function placeIn(
  document: Document,
  lines: LineCounter,
  path: readonly PropertyKey[],
  part: "value" | "key" = "value",
): Place {
  let node: unknown = document.contents;
  let offset = 0;
  for (const key of path) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && item.key.value === key);
      if (pair === undefined) break;
      offset = (isScalar(pair.key) ? pair.key.range?.[0] : undefined) ?? offset;
      node = pair.value;
    } else if (isSeq(node)) node = node.items[Number(key)];
    const range = (node as { range?: [number, number, number] } | null)?.range;
    if (part === "value" && isScalar(node) && range) offset = range[0];
  }
  return placeAt(lines, offset);
}

export function placeAt(lines: LineCounter, offset: number): Place {
  const { line, col } = lines.linePos(offset);
  // An empty text has no line of its own.
  return { line: Math.max(1, line), column: Math.max(1, col) };
}
