import { expect, test } from "vitest";
import { keptValue } from "../../../src/blocks/flow/kept-value.ts";
import { isGreyImage } from "../../../src/blocks/rasters.ts";
import { drawn, drawnQuickly } from "../../../src/blocks/visualization/drawing-fields.ts";
import { traceVisualizationV1 } from "../../../src/blocks/visualization/history/trace-visualization.ts";
import type { Image } from "../../../src/kinds/image.ts";
import type { PixelService } from "../../../src/kinds/pixel-service.ts";
import { Step } from "../run-block.ts";
import { detection, detections, picture } from "../values.ts";
import { rgbOf } from "./pixels.ts";

/** Counts what is drawn: each drawing copies its picture once. */
function counting(): PixelService & { copies: number } {
  return {
    copies: 0,
    view(image) {
      return { rgb: rgbOf(image), stride: 3 * image.width, width: image.width, height: image.height };
    },
    copy(image) {
      this.copies++;
      return new Uint8Array(rgbOf(image));
    },
  };
}

test("what neither a step nor a viewer reads is not drawn, and what several read is drawn once", () => {
  const pixels = counting();
  const first = drawn(picture(4, 4), pixels, ({ rgb }) => void rgb.fill(1));
  const second = drawn(first, pixels, ({ rgb }) => void rgb.fill(2, 0, 1));
  expect(isGreyImage(second)).toBe(false);
  expect(pixels.copies).toBe(0);
  expect([...rgbOf(second).subarray(0, 4)]).toEqual([2, 1, 1, 1]);
  expect(pixels.copies).toBe(2);
  expect(rgbOf(second)).toBe(rgbOf(second));
  expect([...rgbOf(first).subarray(0, 4)]).toEqual([1, 1, 1, 1]);
  expect(pixels.copies).toBe(2);
});

test("what steps draw quickly one upon another takes one copy, and each picture is what it is however they are read", () => {
  const pixels = counting();
  const mark = (at: number) => (image: Image) =>
    drawnQuickly(image, pixels, ({ rgb }) => void rgb.fill(rgb[at]! + at, at, at + 1));
  const pictures = (order: number[]) => {
    const frame = picture(4, 4);
    const marked = [frame, mark(1)(frame)];
    for (const at of [2, 3]) marked.push(mark(at)(marked.at(-1)!));
    pixels.copies = 0;
    const read = order.map((i) => rgbOf(marked[i]!)[i]);
    return { read, bytes: marked.map((image) => rgbOf(image).slice(0, 4).join(" ")) };
  };
  const [grey] = rgbOf(picture(1, 1));
  const expected = [0, 1, 2, 3].map((n) => [0, 1, 2, 3].map((at) => grey! + (at <= n ? at : 0)).join(" "));
  expect(pictures([3]).bytes).toEqual(expected);
  expect(pictures([1, 2, 3]).bytes).toEqual(expected);
  expect(pictures([3, 1, 2]).bytes).toEqual(expected);

  const top = mark(3)(mark(2)(mark(1)(picture(4, 4))));
  pixels.copies = 0;
  expect([...rgbOf(top).subarray(0, 4)].join(" ")).toBe(expected[3]);
  expect(pixels.copies).toBe(1);
});

test("what is drawn upon a picture that was read begins with its pixels", () => {
  const pixels = counting();
  let drawings = 0;
  const below = drawnQuickly(picture(4, 4), pixels, ({ rgb }) => void rgb.fill(++drawings, 0, 1));
  expect(rgbOf(below)[0]).toBe(1);
  const above = drawnQuickly(below, pixels, ({ rgb }) => void rgb.fill(9, 1, 2));
  expect([...rgbOf(above).subarray(0, 2)]).toEqual([1, 9]);
  expect(drawings).toBe(1);
});

test("what is kept for a later frame is drawn while its own is there", () => {
  const pixels = counting();
  const frame = picture(4, 4);
  const kept = keptValue(
    drawn(frame, pixels, ({ rgb }) => void rgb.fill(9, 0, 1)),
    pixels,
  ) as Image;
  rgbOf(frame).fill(77);
  expect(rgbOf(kept)[0]).toBe(9);
  expect(rgbOf(kept)[1]).not.toBe(77);
});

test("a picture that is read late shows the state of its own frame", () => {
  const step = new Step(traceVisualizationV1);
  const at = (x: number) => ({
    image: picture(60, 40),
    predictions: detections([detection([x, 10, x + 10, 20], { trackerId: 1 })], 60, 40),
    position: "CENTER",
    thickness: 1,
  });
  step.run(at(0));
  const early = step.run(at(10))["image"] as Image;
  const before = new Step(traceVisualizationV1);
  before.run(at(0));
  const expected = rgbOf(before.run(at(10))["image"] as Image);
  step.run(at(40));
  expect(rgbOf(early)).toEqual(expected);
});
