import { describe, expect, it } from "vitest";
import { contrastEqualizationV1 } from "../../../src/blocks/vision/contrast-equalization.ts";
import { convertGrayscaleV1 } from "../../../src/blocks/vision/convert-grayscale.ts";
import { imagePreprocessingV1 } from "../../../src/blocks/vision/image-preprocessing.ts";
import {
  morphologicalTransformationV1,
  morphologicalTransformationV2,
} from "../../../src/blocks/vision/morphological-transformation.ts";
import { pixelColorCountV1 } from "../../../src/blocks/vision/pixel-color-count.ts";
import type { Image } from "../../../src/kinds/image.ts";
import { askBlock, runBlock } from "../run-block.ts";
import { picture } from "../values.ts";
import { rgbOf } from "../visualization/pixels.ts";

const grey = (image: Image) => runBlock(convertGrayscaleV1, { image })["image"] as Image;
const channelsOf = ({ pixels }: Image) => (pixels.type === "owned" && pixels.grey !== undefined ? 1 : 3);

describe("image_preprocessing@v1", () => {
  it.each([
    [{ width: 20, height: null }, [20, 10]],
    [{ width: null, height: 5 }, [10, 5]],
    [{ width: null, height: null }, [40, 20]],
    [{ width: 3, height: 7 }, [3, 7]],
  ])("keeps the shape of the picture where an input leaves a side open: %j", async (sides, expected) => {
    const image = { ...picture(40, 20), video: null };
    const { image: resized } = (await imagePreprocessingV1.run!({ image, task_type: "resize", ...sides }, {
      services: { pixels: { view: () => ({ rgb: rgbOf(image), stride: 120 }) } },
      step: "step",
    } as never)) as { image: Image };
    expect([resized.width, resized.height]).toEqual(expected);
  });

  it("tells which turn it does not make", async () => {
    const run = () =>
      askBlock(imagePreprocessingV1, { image: picture(4, 4), task_type: "rotate", rotation_degrees: 361 });
    await expect(run()).rejects.toThrow('step "step": rotation_degrees is 361, expected -360 to 360');
  });

  it("stays where it was among pictures", async () => {
    const image = picture(4, 4, { parentId: "crop" });
    const { image: after } = await askBlock(imagePreprocessingV1, { image, task_type: "flip" });
    expect(after).toMatchObject({ parentId: "crop", width: 4, height: 4 });
  });
});

describe("morphological_transformation", () => {
  it("version 1 makes one channel and refuses a picture that has no more", () => {
    const image = picture(4, 4);
    expect(channelsOf(runBlock(morphologicalTransformationV1, { image })["image"] as Image)).toBe(1);
    const run = () => runBlock(morphologicalTransformationV1, { image: grey(image) });
    expect(run).toThrow("version 1 takes colour; use morphological_transformation@v2");
  });

  it("version 2 makes three of either", () => {
    for (const image of [picture(4, 4), grey(picture(4, 4))]) {
      expect(channelsOf(runBlock(morphologicalTransformationV2, { image })["image"] as Image)).toBe(3);
    }
  });

  it("asks for a size that is none below 0, and takes 0 as 3", () => {
    const run = (kernel_size: number) => {
      return rgbOf(runBlock(morphologicalTransformationV2, { image: picture(5, 5), kernel_size })["image"] as Image);
    };
    expect(() => run(-1)).toThrow("kernel_size is -1, expected 0 or more");
    expect(run(0)).toEqual(run(3));
  });
});

describe("pixel_color_count@v1", () => {
  const image = picture(3, 1, {
    pixels: { type: "owned", rgb: Uint8Array.of(200, 40, 10, 203, 37, 12, 0, 255, 0), width: 3, height: 1 },
  });
  const count = (target_color: unknown, tolerance?: number) => {
    return runBlock(pixelColorCountV1, { image, target_color, tolerance })["matching_pixels_count"];
  };

  it.each(["#c8280a", "(200, 40, 10)", [200, 40, 10]])("reads %j", (color) => {
    expect([count(color, 0), count(color, 2), count(color, 3), count(color)]).toEqual([1, 1, 2, 2]);
  });

  it.each(["red", "#12345", "(1, 2)", "(1, 2, 256)", [1, 2, "3"]])("tells that %j is no colour", (color) => {
    expect(() => count(color)).toThrow(/is no colour; target_color takes "#rrggbb", "#rgb", "\(r, g, b\)" or a list/);
  });
});

describe("contrast_equalization@v1", () => {
  it.each(["Contrast Stretching", "Histogram Equalization", "Adaptive Equalization"])(
    "by %s keeps one channel one",
    async (type) => {
      for (const image of [picture(9, 5), grey(picture(9, 5))]) {
        const { image: after } = await askBlock(contrastEqualizationV1, { image, equalization_type: type });
        expect(channelsOf(after as Image)).toBe(channelsOf(image));
      }
    },
  );
});
