import { describe, expect, it } from "vitest";
import { iconVisualizationV1 } from "../../../src/blocks/visualization/marks/icon-visualization.ts";
import { anomalyHeatmapVisualizationV1 } from "../../../src/blocks/visualization/pictures/anomaly-heatmap-visualization.ts";
import { cropVisualizationV1 } from "../../../src/blocks/visualization/pictures/crop-visualization.ts";
import { gridVisualizationV1 } from "../../../src/blocks/visualization/pictures/grid-visualization.ts";
import type { Image } from "../../../src/kinds/image.ts";
import type { PixelService } from "../../../src/kinds/pixel-service.ts";
import { runBlock, type Values } from "../run-block.ts";
import { detection, detections, GREY, picture } from "../values.ts";
import { boundsWhere, pixel, type Rgb, rgbOf } from "./pixels.ts";

const isTouched = ([r, g, b]: Rgb) => r !== GREY || g !== GREY || b !== GREY;
const isWhite = ([r, g, b]: Rgb) => r === 255 && g === 255 && b === 255;

const pixels: PixelService = {
  view: (image) => ({ rgb: rgbOf(image), stride: image.width * 3, width: image.width, height: image.height }),
  copy: (image) => rgbOf(image).slice(),
};
const context = { step: "step", services: { pixels } } as never;

function white(width: number, height: number, alpha?: number): Image {
  const image = picture(width, height);
  rgbOf(image).fill(255);
  if (alpha === undefined || image.pixels.type !== "owned") return image;
  return { ...image, pixels: { ...image.pixels, alpha: new Uint8Array(width * height).fill(alpha) } };
}

describe("crop_visualization@v1", () => {
  const draw = (values: Values): Image => {
    const image = picture(60, 40);
    for (let y = 20; y < 30; y++) rgbOf(image).fill(255, (y * 60 + 20) * 3, (y * 60 + 30) * 3);
    const predictions = detections([detection([20, 20, 30, 30])], 60, 40);
    const red = { color_palette: "CUSTOM", custom_colors: ["#ff0000"], border_thickness: 0 };
    return runBlock(cropVisualizationV1, { image, predictions, ...red, ...values })["image"] as Image;
  };
  const isRed = ([r, g, b]: Rgb) => r === 255 && g === 0 && b === 0;

  it.each([
    ["TOP_LEFT", [5, 5, 20, 20]],
    ["TOP_CENTER", [18, 5, 32, 20]],
    ["CENTER", [18, 18, 32, 32]],
    ["CENTER_RIGHT", [30, 18, 45, 32]],
    ["BOTTOM_RIGHT", [30, 30, 45, 45]],
  ])("lays the enlarged object at %s", (position, [x1, y1, x2, y2]) => {
    expect(boundsWhere(draw({ position, scale_factor: 1.5 }), isRed)).toEqual([x1, y1, x2, Math.min(39, y2!)]);
  });

  it("shows nothing of an object without area", () => {
    const values = { predictions: detections([detection([70, 50, 80, 60])], 60, 40) };
    expect(boundsWhere(draw(values), isRed)).toBeNull();
    expect(boundsWhere(draw({ scale_factor: 0 }), isRed)).toBeNull();
  });
});

describe("icon_visualization@v1", () => {
  const draw = (values: Values) =>
    runBlock(iconVisualizationV1, { image: picture(60, 40), ...values })["image"] as Image;

  it("stands at a place, below 0 from the other side", () => {
    const icon = { icon: white(8, 8), icon_width: 8, icon_height: 8, mode: "static" };
    expect(boundsWhere(draw({ ...icon, x_position: 3, y_position: 4 }), isWhite)).toEqual([3, 4, 10, 11]);
    expect(boundsWhere(draw({ ...icon, x_position: -5, y_position: -1 }), isWhite)).toEqual([47, 31, 54, 38]);
  });

  it("keeps its shape in the middle of its size, on each detection", () => {
    const predictions = detections([detection([20, 20, 40, 30])], 60, 40);
    const image = draw({ icon: white(16, 8), icon_width: 16, icon_height: 16, predictions, position: "CENTER" });
    expect(boundsWhere(image, isWhite)).toEqual([22, 21, 37, 28]);
    expect(pixel(image, 30, 18)).toEqual([0, 0, 0]);
  });

  it("lets the picture through by its transparency", () => {
    const values = { icon_width: 8, icon_height: 4, mode: "static", x_position: 0, y_position: 0 };
    const image = draw({ ...values, icon: white(4, 4, 128) });
    expect(boundsWhere(image, isTouched)).toEqual([2, 0, 5, 3]);
    expect(pixel(image, 3, 1)[0]).toBe(Math.floor(GREY * (1 - 128 / 255) + 128));
  });
});

describe("grid_visualization@v1", () => {
  const lay = (images: unknown, values: Values = {}) =>
    gridVisualizationV1.run!({ images, width: 40, height: 40, ...values }, context) as { image: Image | null };

  it("lays pictures out in as many columns as rows, each in its shape in the middle of its cell", () => {
    const image = runGrid([white(10, 10), white(20, 10), white(10, 20)]);
    expect(boundsWhere(image, ([r]) => r === 0)).not.toBeNull();
    expect([pixel(image, 10, 10), pixel(image, 30, 10), pixel(image, 30, 2)]).toEqual([
      [255, 255, 255],
      [255, 255, 255],
      [0, 0, 0],
    ]);
    expect(pixel(image, 2, 30)).toEqual([0, 0, 0]);
    expect([image.width, image.height]).toEqual([40, 40]);
  });

  it("takes a list of pictures, leaves cells of absent ones black, and makes nothing of none", () => {
    const image = runGrid([[null, white(10, 10)]]);
    expect(boundsWhere(image, isWhite)).toEqual([20, 0, 39, 19]);
    expect(lay([[]]).image).toBeNull();
    expect(() => lay(["x"])).toThrow(/no picture/);
    expect(() => lay([white(1, 1)], { width: 0 })).toThrow(/width and height/);
  });

  function runGrid(images: unknown[]): Image {
    return lay(images).image as Image;
  }
});

describe("anomaly_heatmap_visualization@v1", () => {
  const draw = (map: unknown, values: Values = {}) => {
    const inputs = { image: picture(4, 2), anomaly_map: { length: 0 }, anomaly_threshold: 1, opacity: 1 };
    return anomalyHeatmapVisualizationV1.run!({ ...defaults, ...inputs, anomaly_map: map, ...values }, context) as {
      image: Image;
    };
  };
  const defaults = { color_map: "ROBOFLOW", copy_image: true };

  it("leaves what is normal, and covers the rest by how far it is from that", () => {
    const { image } = draw([[-1, 0, 1, 1e9], [0, 0, 0, 0]]); // biome-ignore format: rows
    expect(pixel(image, 0, 0)).toEqual([GREY, GREY, GREY]);
    expect(pixel(image, 2, 0)).toEqual([223, 110, 6]);
    expect(pixel(image, 3, 0)).toEqual([220, 30, 30]);
  });

  it("is all or nothing at a threshold of 0, in the colours of the map", () => {
    const { image } = draw([[[0, 0.1, 0, 5], [0, 0, 0, 0]]], { anomaly_threshold: 0, color_map: "HOT" }); // biome-ignore format: rows
    expect([pixel(image, 0, 0), pixel(image, 1, 0)]).toEqual([
      [0, 0, 0],
      [255, 255, 255],
    ]);
  });

  it("names what is no map", () => {
    for (const map of [null, [], [[]], [[1], [1, 2]], [["a"]]]) expect(() => draw(map)).toThrow(/anomaly_map/);
  });
});
