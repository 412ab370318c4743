import { expect, test } from "vitest";
import { PICTURE_RULE, pictureFault } from "../../src/casebook/compare-pictures.ts";
import { Picture } from "../../src/casebook/picture.ts";

/** A black picture of 10x10 with some pixels set. */
function picture(pixels: [x: number, y: number, value: number][] = [], size = { width: 10, height: 10 }): Picture {
  const rgb = new Uint8Array(3 * size.width * size.height);
  for (const [x, y, value] of pixels) rgb.fill(value, 3 * (y * size.width + x), 3 * (y * size.width + x) + 3);
  return new Picture(rgb, size);
}

function fault(found: Picture, rule: object): string | null {
  return pictureFault(picture(), found, PICTURE_RULE.parse(rule));
}

const CLOSE = { mode: "close", over: 24, max_share: 0.01, max_mean_abs: 1 };

test("exact wants every pixel", () => {
  expect(fault(picture(), { mode: "exact" })).toBeNull();
  expect(fault(picture([[3, 4, 1]]), { mode: "exact" })).toBe(
    "a picture that differs in 1.00 % of its pixels (greatest 1, mean 0.010, first at 3,4), every pixel has to be equal",
  );
});

test("close bounds the share of pixels that differ by more than the limit", () => {
  expect(fault(picture([[3, 4, 25]]), CLOSE)).toBeNull();
  expect(
    fault(
      picture([
        [3, 4, 24],
        [4, 4, 24],
        [5, 4, 25],
      ]),
      CLOSE,
    ),
  ).toBeNull();
  expect(
    fault(
      picture([
        [3, 4, 25],
        [4, 4, 25],
      ]),
      CLOSE,
    ),
  ).toContain("at most 1.00 % may differ");
});

test("close bounds the mean as well", () => {
  expect(fault(picture([[3, 4, 101]]), CLOSE)).toContain("a mean of 1 is allowed");
});

test("size looks at nothing else", () => {
  expect(fault(picture([[3, 4, 255]]), { mode: "size" })).toBeNull();
  expect(fault(picture([], { width: 10, height: 11 }), { mode: "size" })).toContain("10x11, not 10x10");
});

test("a size that may differ a little has its common part compared", () => {
  const wide = picture([[10, 0, 255]], { width: 11, height: 10 });
  expect(fault(wide, { ...CLOSE, size_within: 1 })).toBeNull();
  expect(fault(wide, CLOSE)).toContain("11x10, not 10x10");
});

test("skipped rectangles are out of the share and of the mean, without their right and lower border", () => {
  const rule = { mode: "exact", skip: [[3, 4, 5, 5]] };
  expect(
    fault(
      picture([
        [3, 4, 255],
        [4, 4, 255],
      ]),
      rule,
    ),
  ).toBeNull();
  expect(fault(picture([[5, 4, 255]]), rule)).not.toBeNull();
  expect(fault(picture([[3, 5, 255]]), rule)).not.toBeNull();
});
