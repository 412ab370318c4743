import { describe, expect, it } from "vitest";
import { bitmapOf, centerOfMass, isInBitmap, pixelCount } from "../../src/kinds/bitmap.ts";
import { decodeRle } from "../../src/kinds/rle.ts";
import { detection } from "../blocks/values.ts";

function mask(data: Record<string, unknown>) {
  return bitmapOf(detection([0, 0, 1, 1], { data }));
}

describe("the mask of a detection", () => {
  it("covers a polygon with its outline", () => {
    const square = mask({
      points: [
        { x: 14, y: 12 },
        { x: 52, y: 12 },
        { x: 52, y: 40 },
        { x: 14, y: 40 },
      ],
    })!;
    expect(pixelCount(square)).toBe(39 * 29);
    expect(centerOfMass(square)).toEqual([33.5, 26.5]);
    expect([isInBitmap(square, 14, 12), isInBitmap(square, 52, 40), isInBitmap(square, 53, 40)]).toEqual([
      true,
      true,
      false,
    ]);
  });

  it("has holes where a polygon crosses itself", () => {
    const bow = mask({
      points: [
        [0, 0],
        [10, 10],
        [10, 0],
        [0, 10],
      ],
    })!;
    expect([isInBitmap(bow, 1, 5), isInBitmap(bow, 5, 1), isInBitmap(bow, 5, 5)]).toEqual([true, false, true]);
  });

  it("is none without a polygon or with one that is no area", () => {
    expect([
      mask({}),
      mask({
        points: [
          [0, 0],
          [1, 1],
        ],
      }),
      mask({ points: "x" }),
    ]).toEqual([null, null, null]);
  });

  it("reads run lengths down the columns", () => {
    expect(decodeRle({ size: [2, 3], counts: [1, 2, 3] })).toEqual({
      width: 3,
      height: 2,
      bits: Uint8Array.from([0, 1, 0, 1, 0, 0]),
    });
    expect(decodeRle({ size: [2, 3], counts: "123" })?.bits).toEqual(Uint8Array.from([0, 1, 0, 1, 0, 0]));
    expect([decodeRle({ size: [0, 3], counts: "1" }), decodeRle({ size: [2, 3], counts: "~" })]).toEqual([null, null]);
  });
});
