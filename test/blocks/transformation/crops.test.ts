import { describe, expect, it } from "vitest";
import { imageSlicerV1, imageSlicerV2 } from "../../../src/blocks/transformation/crops/image-slicer.ts";
import { imageStackV1 } from "../../../src/blocks/transformation/crops/image-stack.ts";
import { absoluteStaticCropV1, relativeStaticCropV1 } from "../../../src/blocks/transformation/crops/static-crop.ts";
import type { Image } from "../../../src/kinds/image.ts";
import { Step, type Values } from "../run-block.ts";
import { picture, video } from "../values.ts";

describe("a static crop", () => {
  const cut = (values: Values, block = absoluteStaticCropV1) => new Step(block).run(values)["crops"] as Image | null;

  it("is cut at the borders of the picture and knows its place in it", () => {
    const crop = cut({ images: picture(40, 30), x_center: 5, y_center: 28, width: 20, height: 10 });
    expect(crop).toMatchObject({ width: 15, height: 7, parent: { id: "camera", offsetX: 0, offsetY: 23 } });
    expect(crop?.root).toEqual({ id: "camera", width: 40, height: 30, offsetX: 0, offsetY: 23 });
    expect(cut({ images: picture(40, 30), x_center: 90, y_center: 28, width: 20, height: 10 })).toBeNull();
  });

  it("by fractions keeps what lies in the picture, at every border", () => {
    const half = { images: picture(40, 30), x_center: 0, y_center: 1, width: 0.5, height: 0.5 };
    expect(cut(half, relativeStaticCropV1)).toMatchObject({ width: 10, parent: { offsetX: 0, offsetY: 22 } });
    expect(cut({ ...half, width: 0 }, relativeStaticCropV1)).toBeNull();
  });

  it("goes on as a video of its own, with the time of the frame", () => {
    const frame = { images: picture(40, 30, { video: video(7) }), x_center: 5, y_center: 5, width: 4, height: 4 };
    const crop = cut(frame);
    expect(crop?.video).toMatchObject({ frameNumber: 7, videoIdentifier: `camera | crop: ${crop?.parentId}` });
    expect(cut(frame)?.parentId).not.toBe(crop?.parentId);
  });
});

describe("image_slicer", () => {
  const places = (block: typeof imageSlicerV1, width: number, height: number, values: Values) => {
    const rows = new Step(block).runList({ image: picture(width, height), ...values });
    return rows.map(({ slices }) => {
      const tile = slices as Image;
      return [tile.parent?.offsetX, tile.parent?.offsetY, tile.width, tile.height];
    });
  };
  const tile = { slice_width: 20, slice_height: 16, overlap_ratio_width: 0.5, overlap_ratio_height: 0 };

  it("v1 cuts off the tiles at the border", () => {
    expect(places(imageSlicerV1, 25, 20, tile)).toEqual([
      [0, 0, 20, 16],
      [10, 0, 15, 16],
      [20, 0, 5, 16],
      [0, 16, 20, 4],
      [10, 16, 15, 4],
      [20, 16, 5, 4],
    ]);
  });

  it("v2 moves them back, each place once, and covers a picture smaller than a tile with one", () => {
    expect(places(imageSlicerV2, 25, 20, tile)).toEqual([
      [0, 0, 20, 16],
      [5, 0, 20, 16],
      [0, 4, 20, 16],
      [5, 4, 20, 16],
    ]);
    expect(places(imageSlicerV2, 8, 6, {})).toEqual([[0, 0, 8, 6]]);
  });

  it("makes progress whatever the overlap", () => {
    expect(places(imageSlicerV1, 3, 1, { slice_width: 1, slice_height: 1, overlap_ratio_width: 0.99 })).toHaveLength(3);
  });
});

describe("image_stack", () => {
  it("keeps the newest pictures of each camera first, as JPEG no larger than asked for", async () => {
    const step = new Step(imageStackV1);
    const push = async (values: Values, source = "a") => {
      const result = (await step.run({ image: picture(200, 100), ...values }, source)) as { frames: Uint8Array[] };
      return result.frames;
    };
    const [first] = await push({ stack_size: 2, resolution_width: 100 });
    await push({ stack_size: 2 });
    expect((await push({ stack_size: 2 })).includes(first as Uint8Array)).toBe(false);
    expect(await push({ stack_size: 2 }, "b")).toHaveLength(1);
    expect(await push({ stack_size: 2, clear: true })).toHaveLength(1);
    expect([...(first ?? []).slice(0, 2)]).toEqual([0xff, 0xd8]);
  });
});
