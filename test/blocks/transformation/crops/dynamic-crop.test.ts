import { describe, expect, it } from "vitest";
import { dynamicCropV1 } from "../../../../src/blocks/transformation/crops/dynamic-crop.ts";
import type { Detections } from "../../../../src/kinds/detections.ts";
import type { FrameHandle } from "../../../../src/kinds/frame.ts";
import type { Image } from "../../../../src/kinds/image.ts";
import { maskOfPolygon } from "../../../../src/kinds/polygon-mask.ts";
import { Step, type Values } from "../../run-block.ts";
import { detection, detections, picture, video } from "../../values.ts";

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

  it("hands out the detection in the crop's coordinates, naming the picture that it was cut from", () => {
    const nose = { class: "nose", classId: 0, confidence: 0.5, x: 4, y: 5 };
    const mask = { x: 1, y: 3, width: 5, height: 3, runs: Uint32Array.of(0, 15) };
    const data = { note: "x", polygon: [[5, 6]] };
    const item = detection([2.4, 3.6, 8.5, 9.2], { trackerId: 4, mask, keypoints: [nose], data });
    const [only] = crop(coordinates(20, 10), detections([item], 20, 10));
    const moved = only!.predictions;
    expect(moved).toMatchObject({ width: 20, height: 10, parentId: "camera", parent: null });
    expect(moved.items[0]!.box.map((value) => Math.round(value * 10) / 10)).toEqual([0.4, -0.4, 6.5, 5.2]);
    expect(moved.items[0]).toMatchObject({
      mask: { x: 0, y: 0, width: 4, height: 2, runs: Uint32Array.of(0, 8) },
      keypoints: [{ ...nose, x: 2, y: 1 }],
      data: { note: "x", polygon: [[3, 2]] },
    });
  });

  it("adds up the places of a crop of a crop", () => {
    const [outer] = crop(coordinates(20, 10), detections([detection([4, 2, 14, 9])], 20, 10));
    const inside = { ...outer!.predictions, items: [detection([1, 2, 3, 4])] };
    const [inner] = crop(outer!.crops, inside);
    expect(inner!.crops.parent).toEqual({ id: outer!.crops.parentId, width: 10, height: 7, offsetX: 1, offsetY: 2 });
    expect(inner!.crops.root).toEqual({ id: "camera", width: 20, height: 10, offsetX: 5, offsetY: 4 });
    expect([...rgbOf(inner!.crops)].slice(0, 3)).toEqual([5, 4, 7]);
    expect(inner!.predictions.items[0]!.box).toEqual([0, 0, 2, 2]);
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

  it("covers what is outside of a mask, as far as it is asked to", () => {
    const mask = maskOfPolygon([[4, 2], [8, 2], [4, 6]], { width: 20, height: 10 }); // biome-ignore format: a triangle
    const item = detection([4, 2, 9, 7], { mask });
    const cut = (values: Values) => {
      const predictions = detections([item], 20, 10);
      const [only] = new Step(dynamicCropV1).runList({ images: coordinates(20, 10), predictions, ...values });
      return rgbOf((only as { crops: Image }).crops);
    };
    const [plain, half] = [cut({}), cut({ mask_opacity: 0.5, background_color: "#c86432" })];
    const whole = cut({ mask_opacity: 1, background_color: [200, 100, 50] });
    expect([...whole.slice(0, 3)]).toEqual([...plain.slice(0, 3)]);
    expect([...whole.slice(-3)]).toEqual([200, 100, 50]);
    expect([...half.slice(-3)]).toEqual([200, 100, 50].map((value, i) => Math.round((value + plain.at(i - 3)!) / 2)));
    expect(cut({ mask_opacity: 0, background_color: "(200, 100, 50)" })).toEqual(plain);
  });

  it("cuts detections without masks as they are", () => {
    const values = { images: coordinates(20, 10), predictions: detections([detection([1, 1, 4, 4])]), mask_opacity: 1 };
    const [only] = new Step(dynamicCropV1).runList(values);
    expect([...rgbOf((only as { crops: Image }).crops)].slice(0, 3)).toEqual([1, 1, 7]);
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
  clockS: 0,
  startS: 0,
  decodedAt: 0,
  width: 1280,
  height: 720,
  fps: null,
  measuredFps: null,
  renditions: [],
  slot: 0,
};
