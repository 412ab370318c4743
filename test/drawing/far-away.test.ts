import { describe, expect, it } from "vitest";
import type { Canvas } from "../../src/drawing/canvas.ts";
import { strokeCircle, strokeEllipse } from "../../src/drawing/ellipse.ts";
import { strokeLine } from "../../src/drawing/lines.ts";
import { strokeRoundBox } from "../../src/drawing/strokes.ts";

const FAR = 50_000_000;
const color = [255, 255, 255] as const;

/** Pixels that were drawn on a picture of 40 x 30. */
function drawn(draw: (canvas: Canvas) => void): Set<string> {
  const canvas = { rgb: new Uint8Array(40 * 30 * 3), width: 40, height: 30 };
  draw(canvas);
  const pixels = new Set<string>();
  for (let at = 0; at < 40 * 30; at++) if (canvas.rgb[3 * at] !== 0) pixels.add(`${at % 40},${Math.floor(at / 40)}`);
  return pixels;
}

// Walking along what lies outside of the picture would take minutes here.
describe("what reaches far beyond the picture", () => {
  it("shows its part of a line that goes from pixel to pixel", () => {
    const line = (a: [number, number], b: [number, number]) =>
      drawn((canvas) => strokeLine(canvas, [a, b], { thickness: 1, color, isStepped: true }));
    const steps = line([-FAR, -FAR], [FAR, FAR]);
    for (let i = 0; i < 30; i++) expect(steps.has(`${i},${i}`)).toBe(true);
    expect(steps.size).toBeGreaterThan(58);
    expect(line([-FAR, FAR], [FAR, -FAR]).has("0,0")).toBe(true);
    expect(line([FAR, 0], [2 * FAR, 7]).size).toBe(0);
    expect(line([0, 100], [FAR, FAR]).size).toBe(0);
    expect(line([-2, -3], [37, 41])).toEqual(line([37, 41], [-2, -3]));
  });

  it("shows a side of a round box", () => {
    const box = [-FAR, -FAR, 20, FAR] as const;
    const pixels = drawn((canvas) => strokeRoundBox(canvas, box, { radius: FAR / 2, thickness: 1, color }));
    expect(pixels).toEqual(new Set(Array.from({ length: 30 }, (_, y) => `20,${y}`)));
  });

  it("shows nothing of circles and ellipses around it", () => {
    const pen = { thickness: 1, color };
    expect(drawn((canvas) => strokeCircle(canvas, [20, 15], FAR, pen)).size).toBe(0);
    const arc = { axes: [FAR, FAR / 3], arc: [0, 360], isStepped: true, ...pen } as const;
    expect(drawn((canvas) => strokeEllipse(canvas, [20, 15], arc)).size).toBe(0);
  });
});
