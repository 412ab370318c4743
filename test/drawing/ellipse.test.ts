import { describe, expect, it } from "vitest";
import type { Canvas } from "../../src/drawing/canvas.ts";
import { ellipsePoints, strokeCircle, strokeEllipse } from "../../src/drawing/ellipse.ts";

function drawnRows(width: number, height: number, draw: (canvas: Canvas) => void): string[] {
  const rgb = new Uint8Array(width * height * 3);
  draw({ rgb, width, height });
  return Array.from({ length: height }, (_, y) =>
    Array.from({ length: width }, (_, x) => (rgb[(y * width + x) * 3] === 0 ? "." : "#")).join(""),
  );
}

const WHITE = [255, 255, 255] as const;

describe("circles", () => {
  it("are lines of one pixel without gaps, their centres free", () => {
    const rows = drawnRows(11, 11, (canvas) => strokeCircle(canvas, [5, 5], 4, { thickness: 1, color: WHITE }));
    expect(rows).toEqual([
      "...........",
      ".....#.....",
      "...##.##...",
      "..#.....#..",
      "..#.....#..",
      ".#.......#.",
      "..#.....#..",
      "..#.....#..",
      "...##.##...",
      ".....#.....",
      "...........",
    ]);
  });

  it("are one pixel at radius 0, and discs below thickness 0", () => {
    expect(drawnRows(3, 3, (canvas) => strokeCircle(canvas, [1, 1], 0, { thickness: 1, color: WHITE }))).toEqual([
      "...",
      ".#.",
      "...",
    ]);
    const filled = drawnRows(5, 5, (canvas) => strokeCircle(canvas, [2, 2], 2, { thickness: -1, color: WHITE }));
    expect(filled).toEqual(["..#..", ".###.", "#####", ".###.", "..#.."]);
  });
});

describe("ellipses", () => {
  it("go clockwise from the right, whichever angle comes first", () => {
    const [first] = ellipsePoints([0, 0], [10, 5], [90, 0]);
    const last = ellipsePoints([0, 0], [10, 5], [0, 90]).at(-1)!;
    expect(first).toEqual([10, 0]);
    expect(last[0]).toBeCloseTo(0);
    expect(last[1]).toBeCloseTo(5);
  });

  it.each([[[0, 800]], [[-720, 0]]] as const)("go around once at most, for %j", ([from, to]) => {
    const points = ellipsePoints([0, 0], [20, 20], [from, to]);
    expect(points).toHaveLength(73);
  });

  it("have a thin line whose pixels share sides where that is asked for", () => {
    const draw = (isStepped: boolean) => (canvas: Canvas) =>
      strokeEllipse(canvas, [20, 20], { axes: [15, 10], arc: [0, 360], thickness: 1, color: WHITE, isStepped });
    const count = (rows: readonly string[]) => rows.join("").replaceAll(".", "").length;
    expect(count(drawnRows(41, 41, draw(true)))).toBeGreaterThan(count(drawnRows(41, 41, draw(false))));
  });
});
