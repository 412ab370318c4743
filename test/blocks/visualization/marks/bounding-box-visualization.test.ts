import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { boundingBoxVisualizationV1 } from "../../../../src/blocks/visualization/marks/bounding-box-visualization.ts";
import type { Detection } from "../../../../src/kinds/detections.ts";
import type { Image } from "../../../../src/kinds/image.ts";
import { runBlock, type Values } from "../../run-block.ts";
import { detection, detections, GREY, picture } from "../../values.ts";
import { boundsWhere, pixel, type Rgb, rgbOf } from "../pixels.ts";

const RED: Rgb = [255, 0, 0];
const UNTOUCHED: Rgb = [GREY, GREY, GREY];
const IN_RED = { color_palette: "CUSTOM", custom_colors: ["#ff0000"] };

function draw(items: Detection[], values: Values = {}, image = picture(60, 40)): Image {
  const predictions = detections(items, image.width, image.height);
  return runBlock(boundingBoxVisualizationV1, { image, predictions, ...IN_RED, ...values })["image"] as Image;
}

const isTouched = ([r, g, b]: Rgb) => r !== GREY || g !== GREY || b !== GREY;

describe("bounding_box_visualization@v1", () => {
  it("draws lines of an odd width, half of it outside the box, whose right and lower edges belong to it", () => {
    const image = draw([detection([10, 10, 30, 25])], { thickness: 4 });
    expect(boundsWhere(image, isTouched)).toEqual([8, 8, 32, 27]);
    for (const [x, y] of [
      [8, 10],
      [12, 12],
      [32, 25],
      [20, 9],
      [9, 18],
      [30, 12],
    ] as const)
      expect(pixel(image, x, y)).toEqual(RED);
    for (const [x, y] of [
      [13, 13],
      [20, 18],
      [27, 22],
      [7, 18],
      [33, 18],
      [8, 8],
      [32, 27],
    ] as const)
      expect(pixel(image, x, y)).toEqual(UNTOUCHED);
  });

  it.each([
    [0, 1],
    [1, 1],
    [2, 3],
    [3, 5],
    [4, 5],
    [8, 9],
  ])("makes a line of thickness %i %i pixels wide", (thickness, wide) => {
    const image = draw([detection([20, 15, 40, 80])], { thickness });
    const column = Array.from({ length: 40 }, (_, y) => isTouched(pixel(image, 30, y)));
    expect(column.filter(Boolean)).toHaveLength(wide);
  });

  it("draws the frame alone, for any box, inside and outside of the picture", () => {
    const number = fc.integer({ min: -20, max: 70 });
    fc.assert(
      fc.property(number, number, number, number, fc.integer({ min: 1, max: 6 }), (x, y, width, height, thickness) => {
        const [x2, y2] = [x + Math.abs(width) + 12, y + Math.abs(height) + 12];
        const image = draw([detection([x, y, x2, y2])], { thickness });
        const reach = thickness === 1 ? 0 : Math.floor((thickness + 1) / 2);
        for (let py = 0; py < 40; py++) {
          for (let px = 0; px < 60; px++) {
            const isOutside = px < x - reach || px > x2 + reach || py < y - reach || py > y2 + reach;
            const isInside = px > x + reach && px < x2 - reach && py > y + reach && py < y2 - reach;
            const isOnEdge = px >= x && px <= x2 && py >= y && py <= y2 && !isInside;
            if (isOutside || isInside) expect([px, py, pixel(image, px, py)]).toEqual([px, py, UNTOUCHED]);
            if (isOnEdge) expect([px, py, pixel(image, px, py)]).toEqual([px, py, RED]);
          }
        }
      }),
      { numRuns: 40 },
    );
  });

  it("never draws on the picture that came in, whatever copy_image is", () => {
    const before = picture(60, 40);
    for (const copy_image of [true, false]) {
      const after = draw([detection([10, 10, 30, 25])], { copy_image }, before);
      expect(rgbOf(after)).not.toBe(rgbOf(before));
      expect(boundsWhere(before, isTouched)).toBeNull();
    }
  });

  it("keeps the picture's identity and place", () => {
    const video = null;
    const parent = { id: "root", width: 600, height: 400, offsetX: 5, offsetY: 6 };
    const before = picture(60, 40, { parentId: "crop", parent, root: parent, video });
    const { pixels: _, ...after } = draw([], {}, before);
    const { pixels: __, ...expected } = before;
    expect(after).toEqual(expected);
  });

  it("leaves the corners out when they are rounded", () => {
    const image = draw([detection([10, 5, 40, 35])], { thickness: 2, roundness: 0.5 });
    expect(pixel(image, 9, 4)).toEqual(UNTOUCHED);
    expect(pixel(image, 10, 5)).toEqual(UNTOUCHED);
    expect(pixel(image, 25, 4)).toEqual(RED);
    expect(pixel(image, 9, 20)).toEqual(RED);
    expect(pixel(image, 25, 20)).toEqual(UNTOUCHED);
    for (let y = 0; y < 40; y++) {
      for (let x = 9; x < 41; x++) expect(pixel(image, x, y)).toEqual(pixel(image, 50 - x, y));
    }
  });

  it("draws what has no place in the palette in grey", () => {
    const image = draw([detection([0, 0, 10, 10], { classId: -1 })], {}, picture(60, 40));
    expect(boundsWhere(image, ([r, g, b]) => r === 255 && g === 0 && b === 0)).toBeNull();
  });

  it.each([
    ["INDEX", [0, 1, 2]],
    ["CLASS", [2, 2, 0]],
    ["TRACK", [1, 2, 1]],
  ])("takes colours by %s and starts over at the end of the palette", (color_axis, expected) => {
    const palette = ["#ff0000", "green", "bgr(255, 0, 0)"];
    const colors: Rgb[] = [
      [255, 0, 0],
      [0, 255, 0],
      [0, 0, 255],
    ];
    const items = [
      detection([0, 0, 10, 10], { classId: 5, trackerId: 4 }),
      detection([20, 0, 30, 10], { classId: 2, trackerId: 2 }),
      detection([40, 0, 50, 10], { classId: 3, trackerId: 1 }),
    ];
    const image = draw(items, { color_axis, color_palette: "CUSTOM", custom_colors: palette });
    expect([5, 25, 45].map((x) => pixel(image, x, 0))).toEqual(expected.map((index) => colors[index]));
  });

  it("asks for a tracker to colour by tracks", () => {
    expect(() => draw([detection([0, 0, 9, 9])], { color_axis: "TRACK" })).toThrow(
      /no tracker id.*put a tracker before it/,
    );
  });
});
