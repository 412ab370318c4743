import type { Detection } from "../../../kinds/detections.ts";
import { type Direction, isBackwards, lineSeparator, type WrittenBox, writtenBoxes } from "../answers/written-boxes.ts";
import { wordGap } from "./word-gap.ts";

interface Rules {
  delimiter: string;
  /** Of the threshold between gaps within words and gaps between them. */
  multiplier: number;
}

/** Puts boxes of about one height into a line, and words apart where the gaps of all lines are of two sorts. */
export function textByGaps(
  items: readonly Detection[],
  direction: Direction,
  { delimiter, multiplier }: Rules,
): string {
  if (items.length === 0) return "";
  const lines = linesOf(writtenBoxes(items, direction), direction);
  const gaps = lines.map((line) => line.slice(1).map((box, i) => gapBetween(line[i] as WrittenBox, box)));
  const found = wordGap(gaps.flat());
  const limit = found === null ? Number.POSITIVE_INFINITY : found * multiplier;
  const between = delimiter === "" ? " " : delimiter;
  return lines
    .map((line, n) => {
      return line.reduce((text, box, i) => {
        if (i === 0) return box.text;
        return `${text}${(gaps[n]?.[i - 1] ?? 0) > limit ? between : delimiter}${box.text}`;
      }, "");
    })
    .join(lineSeparator(direction));
}

function linesOf(boxes: readonly WrittenBox[], direction: Direction): WrittenBox[][] {
  const reach = median(boxes.map(({ thickness }) => thickness)) / 2;
  const lines: WrittenBox[][] = [];
  for (const box of [...boxes].sort((a, b) => a.across - b.across)) {
    const line = lines.at(-1);
    if (line !== undefined && Math.abs(box.across - middle(line)) <= reach) line.push(box);
    else lines.push([box]);
  }
  const forwards = isBackwards(direction) ? -1 : 1;
  for (const line of lines) line.sort((a, b) => forwards * (a.along - b.along));
  return direction === "vertical_bottom_to_top" ? lines.reverse() : lines;
}

function middle(line: readonly WrittenBox[]): number {
  return line.reduce((sum, { across }) => sum + across, 0) / line.length;
}

/** In mean lengths of the two boxes; below 0 where they overlap. */
function gapBetween(a: WrittenBox, b: WrittenBox): number {
  const length = (a.length + b.length) / 2;
  return length > 0 ? (Math.abs(b.along - a.along) - length) / length : 0;
}

function median(values: number[]): number {
  const sorted = values.sort((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  const upper = sorted[half] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] ?? 0) + upper) / 2;
}
