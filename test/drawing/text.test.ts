import { describe, expect, it } from "vitest";
import { drawText, textSize } from "../../src/drawing/text.ts";

describe("text", () => {
  it("is measured by the advances of its letters, a question mark for each byte that is no ASCII", () => {
    expect(textSize("Hi", { scale: 1, thickness: 1 })).toEqual({ width: 31, height: 22, depth: 10 });
    expect(textSize("ö", { scale: 1, thickness: 1 })).toEqual(textSize("??", { scale: 1, thickness: 1 }));
    expect(textSize("", { scale: 0.5, thickness: 2 }).width).toBe(2);
  });

  it("is not drawn where data ask for a size below 0", () => {
    const rgb = new Uint8Array(9 * 40 * 3);
    drawText({ rgb, width: 9, height: 40 }, "I", { x: 0, y: 30, scale: -1, thickness: 1, color: [255, 255, 255] });
    expect(rgb.every((value) => value === 0)).toBe(true);
  });

  it("fades at the sides of its strokes, and its thick strokes are full", () => {
    expect(row(1)).toEqual([0, 0, 0, 53, 232, 60, 0, 0, 0]);
    const thick = row(3);
    expect(thick.slice(2, 7)).toEqual([255, 255, 255, 255, 255]);
  });
});

/** A row through the letter I. */
function row(thickness: number): number[] {
  const [width, height] = [9, 40];
  const rgb = new Uint8Array(width * height * 3);
  drawText({ rgb, width, height }, "I", { x: 0, y: 30, scale: 1, thickness, color: [255, 255, 255] });
  return Array.from({ length: width }, (_, x) => rgb[(20 * width + x) * 3]!);
}
