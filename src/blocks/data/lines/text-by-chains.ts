import type { Detection } from "../../../kinds/detections.ts";
import { type Direction, isBackwards, lineSeparator, type WrittenBox, writtenBoxes } from "../answers/written-boxes.ts";

interface Rules {
  delimiter: string;
  /** Pixels that a box may be aside of the one before it, beside half of the thicker one. */
  tolerance: number;
}

/** Puts each box after one that it continues, so that lines may slope and curve. */
export function textByChains(
  items: readonly Detection[],
  direction: Direction,
  { delimiter, tolerance }: Rules,
): string {
  const forwards = isBackwards(direction) ? -1 : 1;
  const waiting = writtenBoxes(items, direction).sort((a, b) => forwards * (a.along - b.along));
  const lines: WrittenBox[][] = [];
  while (waiting.length > 0) {
    let found = false;
    for (const line of lines) {
      for (let i = 0; i < waiting.length; ) {
        const [last, box] = [line.at(-1) as WrittenBox, waiting[i] as WrittenBox];
        if (continues(last, box, { forwards, tolerance })) {
          line.push(box);
          waiting.splice(i, 1);
          found = true;
        } else i++;
      }
    }
    if (!found) lines.push(waiting.splice(0, 1));
  }
  const upwards = direction === "vertical_bottom_to_top" ? -1 : 1;
  return lines
    .sort((a, b) => upwards * (middle(a) - middle(b)))
    .map((line) => line.map(({ text }) => text).join(delimiter))
    .join(lineSeparator(direction));
}

function continues(
  last: WrittenBox,
  box: WrittenBox,
  { forwards, tolerance }: { forwards: number; tolerance: number },
) {
  const reach = Math.max(last.thickness, box.thickness) / 2 + tolerance;
  return Math.abs(last.across - box.across) < reach && forwards * (box.along - last.along) >= 0;
}

function middle(line: readonly WrittenBox[]): number {
  return line.reduce((sum, { across }) => sum + across, 0) / line.length;
}
