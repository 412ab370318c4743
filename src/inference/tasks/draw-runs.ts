import type { Mask } from "../../kinds/mask.ts";
import type { CellWindow } from "../families/family.ts";
import { type Canvas, pixelsAround, type Scored, samplesIn } from "./draw-mask.ts";

/**
 * The runs of what `drawMask` draws, without its pixels: between the middles of two cells scores change evenly, so only there where one
 * of them is above the level and the other is not is each pixel looked at.
 */
export function drawRuns(scored: Scored, canvas: Canvas, level: number): Mask {
  const { scores, window: framed } = scored;
  const area = pixelsAround(reaching(scored, canvas.window, level), canvas);
  const { columns, rows } = samplesIn(area, canvas.grid, framed);
  const stretches = stretchesOf(rows.cell);
  const line = new Float64Array(framed.height);
  const [first, last] = [rows.cell[0] ?? 0, rows.next.at(-1) ?? -1];
  const runs = new Runs();
  for (let x = 0; x < area.width; x++) {
    const [here, next, along] = [columns.cell[x]!, columns.next[x]!, columns.share[x]!];
    for (let cell = first, at = first * framed.width; cell <= last; cell++, at += framed.width) {
      line[cell] = scores[at + here]! * (1 - along) + scores[at + next]! * along;
    }
    for (let i = 0; i + 1 < stretches.length; i++) {
      const [from, to] = [stretches[i]!, stretches[i + 1]!];
      const [above, below] = [line[rows.cell[from]!]!, line[rows.next[from]!]!];
      const isAbove = above > level;
      if (isAbove === below > level) runs.add(isAbove, to - from);
      else
        for (let y = from; y < to; y++) {
          const down = rows.share[y]!;
          runs.add(above * (1 - down) + below * down > level, 1);
        }
    }
  }
  return { ...area, runs: runs.close() };
}

/** The cells of a window that hold all scores above the level, so that a map of the whole picture costs what its object does. */
function reaching({ scores, window: framed }: Scored, window: CellWindow, level: number): CellWindow {
  let [left, top, right, bottom] = [framed.width, framed.height, -1, -1];
  for (let y = 0, at = 0; y < framed.height; y++) {
    for (let x = 0; x < framed.width; x++, at++) {
      if (!(scores[at]! > level)) continue;
      if (x < left) left = x;
      if (x > right) right = x;
      if (y < top) top = y;
      bottom = y;
    }
  }
  if (right < 0) return { x: window.x, y: window.y, width: 0, height: 0 };
  // A score reaches as far as the middles of its neighbours.
  const x = Math.max(window.x, framed.x + left - 1);
  const y = Math.max(window.y, framed.y + top - 1);
  const width = Math.min(window.x + window.width, framed.x + right + 2) - x;
  const height = Math.min(window.y + window.height, framed.y + bottom + 2) - y;
  return { x, y, width, height };
}

/** Where pixels of another cell begin, and the end. */
function stretchesOf(cells: Int32Array): number[] {
  const starts: number[] = [];
  for (let i = 0; i < cells.length; i++) if (i === 0 || cells[i] !== cells[i - 1]) starts.push(i);
  return [...starts, cells.length];
}

/** Lengths of runs outside and inside in turn. */
class Runs {
  readonly #lengths: number[] = [];
  #isInside = false;
  #length = 0;

  add(isInside: boolean, length: number): void {
    if (isInside !== this.#isInside) {
      this.#lengths.push(this.#length);
      this.#isInside = isInside;
      this.#length = 0;
    }
    this.#length += length;
  }

  close(): Uint32Array {
    return Uint32Array.from([...this.#lengths, this.#length]);
  }
}
