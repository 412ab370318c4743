import { describe, expect, it } from "vitest";
import { directKernels } from "../../../src/blocks/direct-kernels.ts";
import { convertGrayscaleV1 } from "../../../src/blocks/vision/convert-grayscale.ts";
import { siftV1 } from "../../../src/blocks/vision/sift.ts";
import { siftComparisonV1, siftComparisonV2 } from "../../../src/blocks/vision/sift-comparison.ts";
import { stitchImagesV1 } from "../../../src/blocks/vision/stitch-images.ts";
import { templateMatchingV1 } from "../../../src/blocks/vision/template-matching.ts";
import type { Image } from "../../../src/kinds/image.ts";
import { rgbOf } from "../../../src/vision/grey.ts";
import { cut, textured } from "../../vision/textured.ts";
import { askBlock, runBlock, Step } from "../run-block.ts";
import { picture, video } from "../values.ts";
import { rgbOf as bytesOf } from "../visualization/pixels.ts";

const SCENE = textured({ width: 120, height: 90 });

function imageOf(area: Parameters<typeof cut>[1], changes: Partial<Image> = {}): Image {
  const { data: rgb, width, height } = rgbOf(cut(SCENE, area));
  return picture(width, height, { pixels: { type: "owned", rgb, width, height }, ...changes });
}

const whole = imageOf({ x: 0, y: 0, width: 120, height: 90 });
const flat = picture(60, 40);

describe("sift@v1", () => {
  it("gives a description for each place, and leaves its picture as it is", async () => {
    const before = bytesOf(whole).slice();
    const { image, keypoints, descriptors } = await askBlock(siftV1, { image: whole });
    expect(keypoints as unknown[]).toHaveLength((descriptors as unknown[]).length);
    expect((keypoints as object[])[0]).toMatchObject({ pt: [expect.any(Number), expect.any(Number)], class_id: -1 });
    expect(image).toMatchObject({ width: 120, height: 90 });
    expect(bytesOf(whole)).toEqual(before);
  });

  it("has no descriptors where it finds nothing", async () => {
    expect(await askBlock(siftV1, { image: flat })).toMatchObject({ keypoints: [], descriptors: null });
  });

  it("tells what to do about a picture of one channel", async () => {
    const image = runBlock(convertGrayscaleV1, { image: whole })["image"];
    await expect(askBlock(siftV1, { image })).rejects.toThrow(
      "the picture has one channel, and this block takes colour",
    );
  });
});

describe("sift_comparison", async () => {
  const rows = (await askBlock(siftV1, { image: whole }))["descriptors"] as number[][];
  const compare = async (first: unknown, second: unknown, values: object = {}) => {
    const context = { step: "step", services: { kernels: directKernels } } as never;
    const defaults = { good_matches_threshold: 50, ratio_threshold: 0.7 };
    return siftComparisonV1.run!({ descriptor_1: first, descriptor_2: second, ...defaults, ...values }, context);
  };

  it("version 1 counts what matches; as many as asked for are enough", async () => {
    expect(await compare(rows, rows, { good_matches_threshold: rows.length })).toEqual({
      good_matches_count: rows.length,
      images_match: true,
    });
    expect(await compare(rows, rows, { good_matches_threshold: rows.length + 1 })).toMatchObject({
      images_match: false,
    });
    expect(await compare(rows.slice(0, 1), rows)).toEqual({ good_matches_count: 0, images_match: false });
  });

  it.each([[7], ["text"], [[1, 2]], [[[1, 2], [3]]], [[["a"]]]])(
    "version 1 tells of %j, which are no rows",
    async (given) => {
      await expect(compare(given, rows)).rejects.toThrow(
        'step "step": descriptor_1 is no list of rows of numbers of one length',
      );
    },
  );

  it("version 2 takes pictures, and shows them beside each other", async () => {
    const part = imageOf({ x: 20, y: 10, width: 80, height: 70 });
    const values = { input_1: whole, input_2: part, good_matches_threshold: 5, visualize: true };
    const outputs = await askBlock(siftComparisonV2, values);
    expect(outputs).toMatchObject({ images_match: true, visualization_matches: { width: 200, height: 90 } });
    expect(outputs["visualization_2"]).toMatchObject({ width: 80, height: 70 });
  });

  it("version 2 answers no where a picture shows nothing", async () => {
    expect(await askBlock(siftComparisonV2, { input_1: whole, input_2: flat })).toMatchObject({
      ...{ good_matches_count: 0, images_match: false, keypoints_2: [], descriptors_2: null },
      visualization_1: null,
    });
  });
});

describe("stitch_images@v1", () => {
  const left = imageOf({ x: 0, y: 0, width: 80, height: 90 }, { parentId: "left", video: video(7) });
  const right = imageOf({ x: 40, y: 0, width: 80, height: 90 }, { parentId: "right" });

  it("makes a picture of its own, at the time of the first one", async () => {
    const { stitched_image } = await askBlock(stitchImagesV1, { image1: left, image2: right });
    expect(stitched_image).toMatchObject({ parentId: "left + right", parent: null, video: { frameNumber: 7 } });
  });

  it("is null where it fails, and asks for features to compare with", async () => {
    expect(await askBlock(stitchImagesV1, { image1: left, image2: flat })).toEqual({ stitched_image: null });
    const of = (count: number) => {
      return askBlock(stitchImagesV1, {
        image1: left,
        image2: right,
        count_of_best_matches_per_query_descriptor: count,
      });
    };
    expect(await of(1)).toEqual({ stitched_image: null });
    await expect(of(0)).rejects.toThrow("count_of_best_matches_per_query_descriptor is 0, expected 2 or more");
  });
});

describe("template_matching@v1", () => {
  it("finds a part of a picture where it was cut out", async () => {
    const template = imageOf({ x: 33, y: 21, width: 20, height: 16 });
    const outputs = await Promise.resolve(
      new Step(templateMatchingV1).run({ image: whole, template, matching_threshold: 0.98 }),
    );
    expect(outputs).toMatchObject({
      number_of_matches: 1,
      predictions: { items: [{ box: [33, 21, 53, 37], class: "template_match", confidence: 1 }] },
    });
  });
});
