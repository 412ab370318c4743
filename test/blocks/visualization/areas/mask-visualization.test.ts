import { describe, expect, it } from "vitest";
import { maskVisualizationV1 } from "../../../../src/blocks/visualization/areas/mask-visualization.ts";
import type { Detection } from "../../../../src/kinds/detections.ts";
import type { Image } from "../../../../src/kinds/image.ts";
import type { Mask } from "../../../../src/kinds/mask.ts";
import { runBlock, type Values } from "../../run-block.ts";
import { detection, detections, GREY, picture } from "../../values.ts";
import { boundsWhere, pixel, type Rgb } from "../pixels.ts";

const COLORS = { color_palette: "CUSTOM", custom_colors: ["#ff0000", "#00ff00"], color_axis: "INDEX" };

function draw(items: Detection[], values: Values = {}): Image {
  const image = picture(40, 30);
  const predictions = detections(items, image.width, image.height);
  return runBlock(maskVisualizationV1, { image, predictions, ...COLORS, ...values })["image"] as Image;
}

function box(x: number, y: number, width: number, height: number): Detection {
  const mask: Mask = { x, y, width, height, runs: Uint32Array.of(0, width * height) };
  return detection([x, y, x + width, y + height], { mask });
}

const isTouched = ([r, g, b]: Rgb) => r !== GREY || g !== GREY || b !== GREY;

describe("mask_visualization@v1", () => {
  it("mixes the colour into the picture where the mask is, and nowhere else", () => {
    const image = draw([box(5, 6, 10, 8)], { opacity: 0.25 });
    expect(boundsWhere(image, isTouched)).toEqual([5, 6, 14, 13]);
    expect(pixel(image, 9, 9)).toEqual([94, 30, 30]);
  });

  it("lays small masks over large ones, whatever their order, one colour for a pixel", () => {
    const [large, small] = [box(0, 0, 20, 20), box(5, 5, 4, 4)];
    expect(pixel(draw([large, small], { opacity: 1 }), 6, 6)).toEqual([0, 255, 0]);
    expect(pixel(draw([small, large], { opacity: 1 }), 6, 6)).toEqual([255, 0, 0]);
    expect(pixel(draw([large, small], { opacity: 1 }), 1, 1)).toEqual([255, 0, 0]);
  });

  it("leaves out what lies beyond the picture, and detections without a mask", () => {
    expect(boundsWhere(draw([box(-5, -5, 8, 8), box(38, 28, 9, 9)]), isTouched)).toEqual([0, 0, 39, 29]);
    expect(boundsWhere(draw([detection([3, 3, 9, 9])]), isTouched)).toBeNull();
  });
});
