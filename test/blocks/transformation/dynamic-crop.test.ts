import { describe, expect, it } from "vitest";
import { dynamicCropV1 } from "../../../src/blocks/transformation/dynamic-crop.ts";
import { type Detections, toRoot } from "../../../src/kinds/detections.ts";
import type { FrameHandle } from "../../../src/kinds/frame.ts";
import type { Image } from "../../../src/kinds/image.ts";
import { Step } from "../run-block.ts";
import { detection, detections, picture, video } from "../values.ts";

/** A picture whose pixel at x, y is (x, y, 7). */
function coordinates(width: number, height: number): Image {
  const rgb = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i++) rgb.set([i % width, Math.floor(i / width), 7], i * 3);
  return picture(width, height, { pixels: { type: "owned", rgb, width, height }, video: video(5) });
}

function crop(images: Image, predictions: Detections): { crops: Image; predictions: Detections }[] {
  return new Step(dynamicCropV1).runList({ images, predictions }) as never;
}

describe("dynamic_crop@v1", () => {
  it("cuts one picture for each detection, in their order, rounded to whole pixels, halves to the even one", () => {
    const items = [detection([2.4, 3.5, 4.5, 5.2]), detection([0, 0, 1, 1])];
    const [first, second] = crop(coordinates(20, 10), detections(items, 20, 10));
    expect(first?.crops).toMatchObject({ width: 2, height: 1, parentId: items[0]?.detectionId, video: null });
    expect([...rgbOf(first!.crops)]).toEqual([2, 4, 7, 3, 4, 7]);
    expect([...rgbOf(second!.crops)]).toEqual([0, 0, 7]);
  });

  it("cuts at the border of the picture what reaches past it", () => {
    const [only] = crop(coordinates(20, 10), detections([detection([-5, -5, 2, 1])], 20, 10));
    expect([...rgbOf(only!.crops)]).toEqual([0, 0, 7, 1, 0, 7]);
  });

  it("gives nothing for both outputs where the cut is empty, and no element without detections", () => {
    const boxes = [detection([30, 3, 40, 8]), detection([3.1, 3, 3.2, 8]), detection([8, 8, 3, 3])];
    expect(crop(coordinates(20, 10), detections(boxes, 20, 10))).toEqual(
      boxes.map(() => ({ crops: null, predictions: null })),
    );
    expect(crop(coordinates(20, 10), detections([], 20, 10))).toEqual([]);
  });

  it("hands out the detection in the crop's coordinates, from where it goes back to the root", () => {
    const item = detection([2.4, 3.6, 8.5, 9.2], { trackerId: 4, data: { note: "x" } });
    const [only] = crop(coordinates(20, 10), detections([item], 20, 10));
    const moved = only!.predictions;
    expect(moved).toMatchObject({ width: 6, height: 5, parentId: item.detectionId });
    expect(moved.items[0]!.box.map((value) => Math.round(value * 10) / 10)).toEqual([0.4, -0.4, 6.5, 5.2]);
    expect(toRoot(moved)).toMatchObject({ parentId: "camera", width: 20, height: 10, parent: null });
    expect(toRoot(moved).items).toEqual([item]);
  });

  it("adds up the places of a crop of a crop", () => {
    const [outer] = crop(coordinates(20, 10), detections([detection([4, 2, 14, 9])], 20, 10));
    const inside = { ...outer!.predictions, items: [detection([1, 2, 3, 4])] };
    const [inner] = crop(outer!.crops, inside);
    expect(inner!.crops.parent).toEqual({ id: outer!.crops.parentId, width: 10, height: 7, offsetX: 1, offsetY: 2 });
    expect(inner!.crops.root).toEqual({ id: "camera", width: 20, height: 10, offsetX: 5, offsetY: 4 });
    expect([...rgbOf(inner!.crops)].slice(0, 3)).toEqual([5, 4, 7]);
    expect(toRoot(inner!.predictions).items[0]!.box).toEqual([5, 4, 7, 6]);
  });

  it("narrows the view of a frame in the arena instead of copying it", () => {
    const whole = picture(1280, 720, { pixels: { type: "frame", frame: FRAME, region: null } });
    const [outer] = crop(whole, detections([detection([100, 200, 300, 500])]));
    expect(outer!.crops.pixels).toEqual({
      type: "frame",
      frame: FRAME,
      region: { x: 100, y: 200, width: 200, height: 300 },
    });
    const [inner] = crop(outer!.crops, { ...outer!.predictions, items: [detection([10, 20, 30, 50])] });
    expect(inner!.crops.pixels).toMatchObject({ region: { x: 110, y: 220, width: 20, height: 30 } });
  });

  it("refuses to cut out masks, which detections here have not", () => {
    const values = { images: coordinates(20, 10), predictions: detections([]), mask_opacity: 0.5 };
    expect(() => new Step(dynamicCropV1).runList(values)).toThrow(/mask_opacity is above 0.*set it to 0/);
  });
});

function rgbOf({ pixels }: Image): Uint8Array {
  return pixels.type === "owned" ? pixels.rgb : new Uint8Array();
}

const FRAME: FrameHandle = {
  camera: "camera",
  sequence: 1,
  pts: null,
  timestamp: 0,
  timestampSource: "arrival",
  decodedAt: 0,
  width: 1280,
  height: 720,
  fps: null,
  measuredFps: null,
  renditions: [],
  slot: 0,
};
