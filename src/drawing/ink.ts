import { type Canvas, type Color, type Mask, mix } from "./canvas.ts";

/** The pixels that a text covers, row by row: most of the area around letters is free, and is not looked at. */
export interface Ink {
  /** Where each row begins in the other two, and where the last one ends. */
  rows: Uint32Array;
  columns: Uint16Array;
  /** 1..255. */
  coverage: Uint8Array;
  /** Pixels from its left side and from its top to the start of the baseline. */
  left: number;
  above: number;
}

export function inkOf({ alpha, width, height }: Mask, { left, above }: { left: number; above: number }): Ink {
  const count = alpha.reduce((sum, value) => sum + (value === 0 ? 0 : 1), 0);
  const ink = { rows: new Uint32Array(height + 1), columns: new Uint16Array(count), coverage: new Uint8Array(count) };
  let to = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const value = alpha[y * width + x]!;
      if (value === 0) continue;
      ink.columns[to] = x;
      ink.coverage[to++] = value;
    }
    ink.rows[y + 1] = to;
  }
  return { ...ink, left, above };
}

/** Writes a text whose baseline begins at x, y; what lies outside the picture is left out. */
export function fillInk(canvas: Canvas, ink: Ink, place: { x: number; y: number }, [r, g, b]: Color): void {
  const { rgb, width, height } = canvas;
  const { rows, columns, coverage } = ink;
  const [left, top] = [place.x - ink.left, place.y - ink.above];
  const last = Math.min(rows.length - 1, height - top);
  for (let row = Math.max(0, -top); row < last; row++) {
    const start = (top + row) * width;
    for (let i = rows[row]!; i < rows[row + 1]!; i++) {
      const x = left + columns[i]!;
      if (x < 0 || x >= width) continue;
      const at = (start + x) * 3;
      const share = coverage[i]!;
      rgb[at] = mix(rgb[at]!, r, share);
      rgb[at + 1] = mix(rgb[at + 1]!, g, share);
      rgb[at + 2] = mix(rgb[at + 2]!, b, share);
    }
  }
}
