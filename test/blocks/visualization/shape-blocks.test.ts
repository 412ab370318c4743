import { describe, expect, it } from "vitest";
import type { Block } from "../../../src/blocks/contract/block.ts";
import { colorVisualizationV1 } from "../../../src/blocks/visualization/areas/color-visualization.ts";
import { circleVisualizationV1 } from "../../../src/blocks/visualization/marks/circle-visualization.ts";
import { cornerVisualizationV1 } from "../../../src/blocks/visualization/marks/corner-visualization.ts";
import { dotVisualizationV1 } from "../../../src/blocks/visualization/marks/dot-visualization.ts";
import { ellipseVisualizationV1 } from "../../../src/blocks/visualization/marks/ellipse-visualization.ts";
import { triangleVisualizationV1 } from "../../../src/blocks/visualization/marks/triangle-visualization.ts";
import type { Detection } from "../../../src/kinds/detections.ts";
import type { Image } from "../../../src/kinds/image.ts";
import { runBlock, type Values } from "../run-block.ts";
import { detection, detections, GREY, picture } from "../values.ts";
import { boundsWhere, pixel, type Rgb } from "./pixels.ts";

const RED: Rgb = [255, 0, 0];
const BLACK: Rgb = [0, 0, 0];
const UNTOUCHED: Rgb = [GREY, GREY, GREY];

function draw(block: Block, items: Detection[], values: Values = {}): Image {
  const image = picture(60, 40);
  const inputs = { image, predictions: detections(items, 60, 40), color_palette: "CUSTOM", custom_colors: ["#ff0000"] };
  return runBlock(block, { ...inputs, ...values })["image"] as Image;
}

const isRed = ([r, g, b]: Rgb) => r === 255 && g === 0 && b === 0;
const isTouched = ([r, g, b]: Rgb) => r !== GREY || g !== GREY || b !== GREY;
const BOX: Detection["box"] = [20, 10, 40, 30];

describe("shapes on detections", () => {
  it("leave the picture as it is without detections, also with a palette that has no colour", () => {
    for (const block of [circleVisualizationV1, cornerVisualizationV1, dotVisualizationV1, colorVisualizationV1]) {
      expect(boundsWhere(draw(block, [], { custom_colors: [] }), isTouched)).toBeNull();
    }
  });

  it("corner: marks of their length at each corner, longer than a small box", () => {
    const image = draw(cornerVisualizationV1, [detection(BOX)], { thickness: 1, corner_length: 5 });
    for (const [x, y] of [[20, 10], [25, 10], [20, 15], [40, 25], [35, 30]] as const) expect(pixel(image, x, y)).toEqual(RED); // biome-ignore format: points
    for (const [x, y] of [[26, 10], [30, 10], [20, 16], [40, 20]] as const) expect(pixel(image, x, y)).toEqual(UNTOUCHED); // biome-ignore format: points
    const small = draw(cornerVisualizationV1, [detection([20, 20, 23, 23])], { thickness: 1, corner_length: 10 });
    expect(boundsWhere(small, isRed)).toEqual([13, 13, 30, 30]);
  });

  it("circle: through the corners of the box around its middle, filled below thickness 0", () => {
    const image = draw(circleVisualizationV1, [detection(BOX)], { thickness: 1 });
    expect(boundsWhere(image, isRed)).toEqual([16, 6, 44, 34]);
    expect(pixel(image, 30, 20)).toEqual(UNTOUCHED);
    expect(pixel(draw(circleVisualizationV1, [detection(BOX)], { thickness: -1 }), 30, 20)).toEqual(RED);
  });

  it("ellipse: at the lower edge, with the box's whole width to each side, open at the top", () => {
    const image = draw(ellipseVisualizationV1, [detection([25, 5, 35, 20])], { thickness: 1 });
    expect(boundsWhere(image, isRed)).toEqual([20, 18, 40, 23]);
    expect(pixel(image, 30, 23)).toEqual(RED);
    expect(pixel(image, 30, 17)).toEqual(UNTOUCHED);
  });

  it("dot: a disc at the anchor, within a black line where one is asked for", () => {
    const image = draw(dotVisualizationV1, [detection(BOX)], { position: "TOP_LEFT", radius: 3, outline_thickness: 1 });
    expect(boundsWhere(image, isTouched)).toEqual([17, 7, 23, 13]);
    expect(pixel(image, 20, 10)).toEqual(RED);
    expect(pixel(image, 17, 10)).toEqual(BLACK);
  });

  it("triangle: its tip at the anchor", () => {
    const image = draw(triangleVisualizationV1, [detection(BOX)], { base: 10, height: 8 });
    expect(boundsWhere(image, isRed)).toEqual([25, 2, 35, 10]);
    expect(pixel(image, 30, 10)).toEqual(RED);
    expect(pixel(image, 26, 9)).toEqual(UNTOUCHED);
  });

  it("dot and triangle: want a mask for its middle", () => {
    for (const block of [dotVisualizationV1, triangleVisualizationV1]) {
      expect(() => draw(block, [detection(BOX)], { position: "CENTER_OF_MASS" })).toThrow(/CENTER_OF_MASS/);
    }
  });

  it("color: one colour over another, and then once over the picture", () => {
    const items = [detection(BOX, { classId: 0 }), detection([30, 20, 50, 35], { classId: 1 })];
    const image = draw(colorVisualizationV1, items, { custom_colors: ["#ff0000", "#0000ff"], opacity: 0.5 });
    expect(pixel(image, 25, 15)).toEqual([148, 20, 20]);
    expect(pixel(image, 35, 25)).toEqual([20, 20, 148]);
    expect(pixel(image, 40, 15)).toEqual([148, 20, 20]);
    expect(pixel(image, 41, 15)).toEqual(UNTOUCHED);
  });
});
