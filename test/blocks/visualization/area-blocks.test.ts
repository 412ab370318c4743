import { describe, expect, it } from "vitest";
import type { Block } from "../../../src/blocks/contract/block.ts";
import { backgroundColorVisualizationV1 } from "../../../src/blocks/visualization/areas/background-color-visualization.ts";
import { blurVisualizationV1 } from "../../../src/blocks/visualization/areas/blur-visualization.ts";
import {
  haloVisualizationV1,
  haloVisualizationV2,
} from "../../../src/blocks/visualization/areas/halo-visualization.ts";
import { pixelateVisualizationV1 } from "../../../src/blocks/visualization/areas/pixelate-visualization.ts";
import { modelComparisonVisualizationV1 } from "../../../src/blocks/visualization/pictures/model-comparison-visualization.ts";
import type { Detection } from "../../../src/kinds/detections.ts";
import type { Image } from "../../../src/kinds/image.ts";
import { maskOf } from "../../../src/kinds/mask.ts";
import { runBlock, type Values } from "../run-block.ts";
import { detection, detections, GREY, picture } from "../values.ts";
import { boundsWhere, pixel, type Rgb, rgbOf } from "./pixels.ts";

const UNTOUCHED: Rgb = [GREY, GREY, GREY];
const isTouched = ([r, g, b]: Rgb) => r !== GREY || g !== GREY || b !== GREY;

function draw(block: Block, items: Detection[], values: Values = {}, image = picture(60, 40)): Image {
  const predictions = detections(items, image.width, image.height);
  return runBlock(block, { image, predictions, ...values })["image"] as Image;
}

/** One white pixel on grey. */
function spot(x: number, y: number): Image {
  const image = picture(60, 40);
  rgbOf(image).fill(255, (y * 60 + x) * 3, (y * 60 + x) * 3 + 3);
  return image;
}

const mask = (x: number, y: number, width: number, height: number) =>
  maskOf(new Uint8Array(width * height).fill(1), { x, y, width, height });

describe("background_color_visualization@v1", () => {
  it("covers everything outside of boxes, and the whole picture without any", () => {
    const values = { color: "#ff0000", opacity: 0.5 };
    const image = draw(backgroundColorVisualizationV1, [detection([10, 10, 30, 20])], values);
    expect(boundsWhere(image, (color) => !isTouched(color))).toEqual([10, 10, 29, 19]);
    expect(pixel(image, 30, 15)).toEqual([148, 20, 20]);
    expect(boundsWhere(draw(backgroundColorVisualizationV1, [], values), (color) => !isTouched(color))).toBeNull();
  });

  it("goes by masks where there are some", () => {
    const items = [detection([0, 0, 60, 40], { mask: mask(5, 6, 3, 2) })];
    const image = draw(backgroundColorVisualizationV1, items, { color: "BLACK" });
    expect(boundsWhere(image, (color) => !isTouched(color))).toEqual([5, 6, 7, 7]);
  });
});

describe("blur_visualization@v1", () => {
  it("blurs within the box, which what lies around it has no part in", () => {
    const image = draw(blurVisualizationV1, [detection([10, 10, 30, 20])], { kernel_size: 3 }, spot(15, 15));
    expect(boundsWhere(image, isTouched)).toEqual([14, 14, 16, 16]);
    const [grey] = pixel(image, 15, 15);
    expect(grey).toBe(Math.round((255 + 8 * GREY) / 9));
    const outside = draw(blurVisualizationV1, [detection([10, 10, 30, 20])], { kernel_size: 3 }, spot(9, 15));
    expect(boundsWhere(outside, isTouched)).toEqual([9, 15, 9, 15]);
  });

  it("changes the pixels of the mask alone, and as many around it as padding says", () => {
    const item = detection([10, 10, 30, 20], { mask: mask(15, 15, 2, 2) });
    const near = draw(blurVisualizationV1, [item], { kernel_size: 3 }, spot(15, 15));
    expect(boundsWhere(near, isTouched)).toEqual([15, 15, 16, 16]);
    const padded = draw(blurVisualizationV1, [item], { kernel_size: 5, padding: 2 }, spot(15, 15));
    expect(boundsWhere(padded, isTouched)).toEqual([13, 13, 17, 17]);
  });

  it("refuses a square without pixels", () => {
    expect(() => draw(blurVisualizationV1, [], { kernel_size: 0 })).toThrow(/kernel_size is 0/);
  });
});

describe("pixelate_visualization@v1", () => {
  it("makes squares, and one colour of what is smaller than a square", () => {
    const image = draw(pixelateVisualizationV1, [detection([10, 10, 30, 20])], { pixel_size: 5 }, spot(12, 12));
    expect(boundsWhere(image, isTouched)).toEqual([10, 10, 14, 14]);
    const small = draw(pixelateVisualizationV1, [detection([10, 10, 14, 14])], { pixel_size: 20 }, spot(12, 12));
    expect(boundsWhere(small, isTouched)).toEqual([10, 10, 13, 13]);
    expect(pixel(small, 10, 10)).toEqual(pixel(small, 13, 13));
  });
});

describe("halo_visualization", () => {
  const item = detection([20, 10, 40, 30], { mask: mask(20, 10, 20, 20) });
  const red = { color_palette: "CUSTOM", custom_colors: ["#ff0000"], opacity: 1 };

  it("glows around the mask and not in it, weaker with the distance", () => {
    const image = draw(haloVisualizationV2, [item], { ...red, kernel_size: 10 });
    expect(pixel(image, 30, 20)).toEqual(UNTOUCHED);
    expect(pixel(image, 19, 20)[0]).toBeGreaterThan(pixel(image, 16, 20)[0]);
    expect(pixel(image, 8, 20)).toEqual(UNTOUCHED);
  });

  it("leaves the picture as it is where nothing glows", () => {
    const whole = detection([0, 0, 60, 40], { mask: mask(0, 0, 60, 40) });
    for (const block of [haloVisualizationV1, haloVisualizationV2]) {
      for (const items of [[], [whole]]) expect(boundsWhere(draw(block, items, red), isTouched)).toBeNull();
    }
  });

  it("takes of a box what lies in the picture", () => {
    const image = draw(haloVisualizationV1, [detection([-1e9, -1e9, 30, 1e9])], red);
    expect(pixel(image, 10, 20)).toEqual(UNTOUCHED);
    expect(isTouched(pixel(image, 31, 20))).toBe(true);
    expect(boundsWhere(draw(haloVisualizationV1, [detection([1e9, 0, 2e9, 5])], red), isTouched)).toBeNull();
  });

  it("takes boxes for masks in version 1 alone, and ends at white there too", () => {
    const boxed = [detection([20, 10, 40, 30])];
    expect(boundsWhere(draw(haloVisualizationV2, boxed, red), isTouched)).toBeNull();
    const white = picture(60, 40);
    rgbOf(white).fill(250);
    const image = draw(haloVisualizationV1, boxed, { ...red, opacity: 0.5 }, white);
    expect(pixel(image, 19, 20)[0]).toBeGreaterThan(150);
  });
});

describe("model_comparison_visualization@v1", () => {
  it("leaves what both found, and colours what one or none of them found", () => {
    const image = picture(60, 40);
    const [a, b] = [[detection([10, 10, 30, 20])], [detection([20, 10, 40, 20])]];
    const values = { color_a: "#00ff00", color_b: "#ff0000", background_color: "#0000ff", opacity: 1 };
    const predictions = { predictions_a: detections(a, 60, 40), predictions_b: detections(b, 60, 40) };
    const result = runBlock(modelComparisonVisualizationV1, { image, ...predictions, ...values })["image"] as Image;
    expect(pixel(result, 25, 15)).toEqual(UNTOUCHED);
    expect(pixel(result, 15, 15)).toEqual([0, 255, 0]);
    expect(pixel(result, 35, 15)).toEqual([255, 0, 0]);
    expect(pixel(result, 45, 15)).toEqual([0, 0, 255]);
  });
});
