import type { Detection } from "../../../kinds/detections.ts";

export type Direction = "left_to_right" | "right_to_left" | "vertical_top_to_bottom" | "vertical_bottom_to_top";

/** A box along its line: `along` is where it stands in the line, `across` which line. */
export interface WrittenBox {
  text: string;
  along: number;
  across: number;
  /** Extents in the two directions. */
  length: number;
  thickness: number;
}

export function isVertical(direction: Direction): boolean {
  return direction.startsWith("vertical");
}

/** Whether the text runs from greater coordinates to smaller ones. */
export function isBackwards(direction: Direction): boolean {
  return direction === "right_to_left" || direction === "vertical_bottom_to_top";
}

export function likelyDirection(items: readonly Detection[]): Direction {
  const width = items.reduce((sum, { box }) => sum + box[2] - box[0], 0);
  const height = items.reduce((sum, { box }) => sum + box[3] - box[1], 0);
  return items.length === 0 || width > height ? "left_to_right" : "vertical_top_to_bottom";
}

export function lineSeparator(direction: Direction): string {
  return isVertical(direction) ? " " : "\n";
}

export function writtenBoxes(items: readonly Detection[], direction: Direction): WrittenBox[] {
  return items.map(({ class: text, box: [x1, y1, x2, y2] }) => {
    const [x, y] = [(x1 + x2) / 2, (y1 + y2) / 2];
    return isVertical(direction)
      ? { text, along: y, across: x, length: y2 - y1, thickness: x2 - x1 }
      : { text, along: x, across: y, length: x2 - x1, thickness: y2 - y1 };
  });
}
