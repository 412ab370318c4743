import { describe, expect, it } from "vitest";
import { dynamicCropV1 } from "../../../src/blocks/transformation/crops/dynamic-crop.ts";
import { contoursDetectionV1 } from "../../../src/blocks/vision/contours-detection.ts";
import { convertGrayscaleV1 } from "../../../src/blocks/vision/convert-grayscale.ts";
import { imageBlurV1 } from "../../../src/blocks/vision/image-blur.ts";
import { thresholdV1 } from "../../../src/blocks/vision/threshold.ts";
import { maskVisualizationV1 } from "../../../src/blocks/visualization/areas/mask-visualization.ts";
import { boundingBoxVisualizationV1 } from "../../../src/blocks/visualization/marks/bounding-box-visualization.ts";
import type { Image } from "../../../src/kinds/image.ts";
import { askBlock, runBlock, Step } from "../run-block.ts";
import { detection, detections, picture } from "../values.ts";
import { boundsWhere, pixel, type Rgb, rgbOf } from "../visualization/pixels.ts";

const WHITE: Rgb = [255, 255, 255];
const BLACK: Rgb = [0, 0, 0];

/** White boxes (x1, y1, x2, y2, the last inclusive) on black. */
function boxes(width: number, height: number, ...rects: [number, number, number, number][]): Image {
  const rgb = new Uint8Array(width * height * 3);
  for (const [x1, y1, x2, y2] of rects) {
    for (let y = y1; y <= y2; y++) rgb.fill(255, 3 * (y * width + x1), 3 * (y * width + x2 + 1));
  }
  return picture(width, height, { pixels: { type: "owned", rgb, width, height } });
}

const grey = (image: Image) => runBlock(convertGrayscaleV1, { image })["image"] as Image;
const channelsOf = ({ pixels }: Image) => (pixels.type === "owned" && pixels.grey !== undefined ? 1 : 3);

describe("a picture of one channel", () => {
  it("comes of convert_grayscale, and shows three equal ones to whoever takes colour", () => {
    const image = grey(picture(3, 2));
    expect(channelsOf(image)).toBe(1);
    expect([...rgbOf(image)]).toEqual(new Array(18).fill(40));
  });

  it("stays one through filters, crops and drawing, where the blue of a colour shows", async () => {
    const image = grey(picture(20, 10));
    const blurred = (await askBlock(imageBlurV1, { image }))["image"] as Image;
    const cut = runBlock(thresholdV1, { image, thresh_value: 10 })["image"] as Image;
    const predictions = detections([detection([4, 2, 12, 8])], 20, 10);
    const [crop] = new Step(dynamicCropV1).runList({ images: image, predictions });
    const colors = { color_palette: "CUSTOM", custom_colors: ["#ff00c8"], thickness: 1 };
    const drawn = runBlock(boundingBoxVisualizationV1, { image, predictions, ...colors })["image"] as Image;
    expect([blurred, cut, crop?.["crops"] as Image, drawn].map(channelsOf)).toEqual([1, 1, 1, 1]);
    expect(crop?.["crops"]).toMatchObject({ width: 8, height: 6, parent: { offsetX: 4, offsetY: 2 } });
    expect(pixel(drawn, 4, 2)).toEqual([200, 200, 200]);
  });

  it("is no longer one when code puts other pixels in", () => {
    const image = grey(picture(2, 1));
    const red = { ...image, pixels: { ...image.pixels, rgb: Uint8Array.of(255, 0, 0, 255, 0, 0) } } as Image;
    const cut = runBlock(thresholdV1, { image: red, thresh_value: 100 })["image"] as Image;
    expect([...rgbOf(cut)]).toEqual([255, 0, 0, 255, 0, 0]);
  });

  it("is refused where masks are tinted", () => {
    const values = { image: grey(picture(4, 4)), predictions: detections([], 4, 4) };
    expect(() => runBlock(maskVisualizationV1, values)).toThrow(
      'step "step": the picture has one channel, and this block takes colour; give it the picture from before convert_grayscale',
    );
  });

  it("is not made of one that has no more", () => {
    expect(() => grey(grey(picture(2, 2)))).toThrow(/step "step": the picture has one channel already; leave this/);
  });

  it("keeps its place in the video and among pictures", () => {
    const parent = { id: "root", width: 600, height: 400, offsetX: 5, offsetY: 6 };
    const before = picture(4, 4, { parentId: "crop", parent, root: parent });
    const { pixels: _, ...after } = grey(before);
    const { pixels: __, ...expected } = before;
    expect(after).toEqual(expected);
  });
});

describe("threshold@v1", () => {
  it("cuts each channel of a colour picture by itself and leaves that as it is", () => {
    const rgb = Uint8Array.of(0, 120, 121, 255, 5, 130);
    const image = picture(2, 1, { pixels: { type: "owned", rgb, width: 2, height: 1 } });
    const cut = runBlock(thresholdV1, { image, thresh_value: 120 })["image"] as Image;
    expect([...rgbOf(cut)]).toEqual([0, 0, 255, 255, 0, 255]);
    expect(channelsOf(cut)).toBe(3);
    expect([...rgb]).toEqual([0, 120, 121, 255, 5, 130]);
  });

  it.each(["otsu", "adaptive_mean", "adaptive_gaussian"])("by %s tells what to do about colour", (threshold_type) => {
    const run = () => runBlock(thresholdV1, { image: picture(4, 4), threshold_type, thresh_value: 0 });
    expect(run).toThrow(
      `step "step": threshold_type ${threshold_type} takes a picture of one channel, and this one has colour; put convert_grayscale before it`,
    );
  });

  it("by otsu finds its value, whatever is given", () => {
    const image = grey(boxes(8, 4, [4, 0, 7, 3]));
    const cut = runBlock(thresholdV1, { image, threshold_type: "otsu", thresh_value: 300, max_value: 90 });
    expect(pixel(cut["image"] as Image, 3, 0)).toEqual(BLACK);
    expect(pixel(cut["image"] as Image, 4, 0)).toEqual([90, 90, 90]);
  });
});

describe("image_blur@v1", () => {
  it.each(["average", "bilateral"])("by %s asks for a size of 1 and more", async (blur_type) => {
    for (const kernel_size of [0, -3]) {
      const run = () => askBlock(imageBlurV1, { image: picture(4, 4), blur_type, kernel_size });
      await expect(run()).rejects.toThrow(
        `kernel_size is ${kernel_size}, expected 1 or more for blur_type ${blur_type}`,
      );
    }
  });

  it.each(["gaussian", "median"])("by %s takes an even size as one more, and 0 and less as 1", async (blur_type) => {
    const image = boxes(9, 9, [4, 4, 8, 8]);
    const blurred = async (kernel_size: number) => {
      return [...rgbOf((await askBlock(imageBlurV1, { image, blur_type, kernel_size }))["image"] as Image)];
    };
    expect(await blurred(4)).toEqual(await blurred(5));
    for (const size of [1, 0, -3]) expect(await blurred(size)).toEqual([...rgbOf(image)]);
  });
});

describe("contours_detection@v1", () => {
  it("gives outlines from the lowest one up, with their neighbours in that order", () => {
    const image = boxes(20, 12, [2, 1, 5, 3], [10, 8, 14, 10]);
    const { contours, hierarchy, number_contours } = runBlock(contoursDetectionV1, { image });
    expect(number_contours).toBe(2);
    expect(contours).toEqual([
      [[[10, 8]], [[10, 10]], [[14, 10]], [[14, 8]]],
      [[[2, 1]], [[2, 3]], [[5, 3]], [[5, 1]]],
    ]);
    expect(hierarchy).toEqual([
      [
        [1, -1, -1, -1],
        [-1, 0, -1, -1],
      ],
    ]);
  });

  it("gives no hierarchy where there is nothing", () => {
    const found = runBlock(contoursDetectionV1, { image: boxes(4, 4) });
    expect(found).toMatchObject({ contours: [], hierarchy: null, number_contours: 0 });
  });

  it("draws on the grey picture, in colour, half of a line outside", () => {
    const isDrawn = ([r, g, b]: Rgb) => r === 255 && g === 0 && b === 255;
    const image = grey(boxes(30, 30, [10, 10, 19, 19]));
    const drawn = (line_thickness: number) => {
      return runBlock(contoursDetectionV1, { image, line_thickness })["image"] as Image;
    };
    expect(channelsOf(drawn(1))).toBe(3);
    expect(boundsWhere(drawn(1), isDrawn)).toEqual([10, 10, 19, 19]);
    expect(boundsWhere(drawn(3), isDrawn)).toEqual([8, 8, 21, 21]);
    expect(pixel(drawn(3), 15, 15)).toEqual(WHITE);
    expect(pixel(drawn(-1), 15, 15)).toEqual([255, 0, 255]);
    expect(boundsWhere(image, isDrawn)).toBeNull();
  });
});
