import { fitting } from "../../kinds/frame.ts";
import type { ModelInput } from "../description.ts";
import type { CellWindow } from "../families/family.ts";
import type { ModelItem } from "../request.ts";

/** From pixels of the model's input to pixels of the item's image. */
export function toImage({ width, height }: ModelItem, input: ModelInput) {
  const { scaleX, scaleY, offsetX, offsetY } = fitting(input.fit, width, height, input.width, input.height);
  return { x: (value: number) => (value - offsetX) / scaleX, y: (value: number) => (value - offsetY) / scaleY };
}

/** The other way round. */
export function toInput({ width, height }: ModelItem, input: ModelInput) {
  const { scaleX, scaleY, offsetX, offsetY } = fitting(input.fit, width, height, input.width, input.height);
  return { x: (value: number) => value * scaleX + offsetX, y: (value: number) => value * scaleY + offsetY };
}

/** From pixels of the image to cells of a map that is stretched over the input: `cell = pixel * scale + offset`, at their left and upper edges. */
export function toCells({ width, height }: ModelItem, input: ModelInput, map: { width: number; height: number }) {
  const fit = fitting(input.fit, width, height, input.width, input.height);
  return {
    scaleX: (fit.scaleX * map.width) / input.width,
    scaleY: (fit.scaleY * map.height) / input.height,
    offsetX: (fit.offsetX * map.width) / input.width,
    offsetY: (fit.offsetY * map.height) / input.height,
  };
}

/** The cells of a map that the image covers, at least one; the border of a letterbox is left out. */
export function coveredCells(item: ModelItem, input: ModelInput, map: { width: number; height: number }): CellWindow {
  const { scaleX, scaleY, offsetX, offsetY } = toCells(item, input, map);
  const [x, width] = side(offsetX, item.width * scaleX, map.width);
  const [y, height] = side(offsetY, item.height * scaleY, map.height);
  return { x, y, width, height };
}

function side(offset: number, length: number, most: number): [number, number] {
  const from = Math.max(0, Math.min(most - 1, Math.round(offset)));
  const to = Math.max(from + 1, Math.min(most, Math.round(offset + length)));
  return [from, to - from];
}

/** For the middle of each of `count` pixels, the cell before it and how far it lies towards the next; the last cell goes on beyond the edge. */
export function samplesAlong(count: number, position: (i: number) => number, cells: number) {
  const cell = new Int32Array(count);
  const next = new Int32Array(count);
  const share = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    const exact = Math.max(0, Math.min(cells - 1, position(i)));
    cell[i] = Math.floor(exact);
    next[i] = Math.min(cells - 1, cell[i]! + 1);
    share[i] = exact - cell[i]!;
  }
  return { cell, next, share };
}
