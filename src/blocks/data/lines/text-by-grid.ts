import { roundHalfEven } from "../../../base/round-half-even.ts";
import type { Detection } from "../../../kinds/detections.ts";
import { type Direction, isBackwards, isVertical, lineSeparator } from "../answers/written-boxes.ts";

interface Rules {
  /** Pixels of the grid. */
  tolerance: number;
  delimiter: string;
}

/** Puts boxes of one step of a grid into one line. The delimiter stands around the ends of lines as well. */
export function textByGrid(items: readonly Detection[], direction: Direction, { tolerance, delimiter }: Rules): string {
  const [along, across] = isVertical(direction) ? ([1, 0] as const) : ([0, 1] as const);
  const lines = new Map<number, Detection[]>();
  for (const item of items) {
    const line = roundHalfEven(roundHalfEven(item.box[across]) / tolerance) * tolerance;
    const others = lines.get(line);
    if (others === undefined) lines.set(line, [item]);
    else others.push(item);
  }
  const upwards = direction === "vertical_bottom_to_top" ? -1 : 1;
  const forwards = isBackwards(direction) ? -1 : 1;
  const start = ({ box }: Detection) => roundHalfEven(box[along]);
  const ordered = [...lines].sort(([a], [b]) => upwards * (a - b));
  return ordered
    .map(([, line]) => line.sort((a, b) => forwards * (start(a) - start(b))).map((item) => item.class))
    .map((texts) => texts.join(delimiter))
    .join(`${delimiter}${lineSeparator(direction)}${delimiter}`);
}
