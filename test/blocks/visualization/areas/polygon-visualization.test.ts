import { describe, expect, it } from "vitest";
import {
  polygonVisualizationV1,
  polygonVisualizationV2,
} from "../../../../src/blocks/visualization/areas/polygon-visualization.ts";
import type { Detection } from "../../../../src/kinds/detections.ts";
import type { Image } from "../../../../src/kinds/image.ts";
import { maskOf } from "../../../../src/kinds/mask.ts";
import { maskOfPolygon } from "../../../../src/kinds/polygon-mask.ts";
import { runBlock, type Values } from "../../run-block.ts";
import { detection, detections, GREY, picture } from "../../values.ts";
import { boundsWhere, pixel, type Rgb } from "../pixels.ts";

const RED: Rgb = [255, 0, 0];
const UNTOUCHED: Rgb = [GREY, GREY, GREY];

function draw(
  block: typeof polygonVisualizationV1 | typeof polygonVisualizationV2,
  item: Detection,
  values: Values = {},
) {
  const image = picture(60, 40);
  const predictions = detections([item], image.width, image.height);
  const colors = { color_palette: "CUSTOM", custom_colors: ["#ff0000"] };
  return runBlock(block, { image, predictions, ...colors, thickness: 1, ...values })["image"] as Image;
}

const isTouched = ([r, g, b]: Rgb) => r !== GREY || g !== GREY || b !== GREY;
const ring = maskOf(
  Uint8Array.from({ length: 400 }, (_, i) => (i % 20 > 4 && i % 20 < 12 && i > 100 && i < 220 ? 0 : 1)),
  {
    x: 10,
    y: 8,
    width: 20,
    height: 20,
  },
);

describe("polygon_visualization", () => {
  it("draws the outlines of a mask and of its holes, and not what is inside", () => {
    const image = draw(polygonVisualizationV2, detection([10, 8, 30, 28], { mask: ring }));
    expect(boundsWhere(image, isTouched)).toEqual([10, 8, 29, 27]);
    expect([pixel(image, 10, 20), pixel(image, 14, 15), pixel(image, 18, 15)]).toEqual([RED, RED, UNTOUCHED]);
    expect([pixel(image, 12, 10), pixel(image, 18, 25)]).toEqual([UNTOUCHED, UNTOUCHED]);
  });

  it("draws lines of the thickness in every direction, with round corners", () => {
    const mask = maskOfPolygon([[30, 8], [42, 20], [30, 32], [18, 20]], { width: 60, height: 40 }); // biome-ignore format: a rhomb
    const image = draw(polygonVisualizationV2, detection([18, 8, 42, 32], { mask }), { thickness: 4 });
    expect(boundsWhere(image, isTouched)).toEqual([16, 6, 44, 34]);
    expect([pixel(image, 36, 14), pixel(image, 37, 13), pixel(image, 35, 15)]).toEqual([RED, RED, RED]);
    expect([pixel(image, 30, 20), pixel(image, 39, 11)]).toEqual([UNTOUCHED, UNTOUCHED]);
  });

  it("of version 1 stays within the box, and draws the box where there is no mask", () => {
    const cut = draw(polygonVisualizationV1, detection([10, 8, 20, 18], { mask: ring }));
    expect(boundsWhere(cut, isTouched)).toEqual([10, 8, 19, 17]);
    expect(boundsWhere(draw(polygonVisualizationV1, detection([10, 8, 20, 18])), isTouched)).toEqual([10, 8, 20, 18]);
    expect(boundsWhere(draw(polygonVisualizationV2, detection([10, 8, 20, 18])), isTouched)).toBeNull();
  });
});
