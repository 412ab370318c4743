import { describe, expect, test } from "vitest";
import type { ModelInput } from "../../src/inference/description.ts";
import { modelPixels } from "../../src/inference/pixels.ts";
import { BLUE, paint, RED } from "../fixtures/models.ts";

const input: ModelInput = {
  name: "images",
  width: 8,
  height: 8,
  layout: "nchw",
  elementType: "float32",
  order: "rgb",
  scale: 1,
  mean: [0, 0, 0],
  std: [1, 1, 1],
  fit: "letterbox_center",
  pad: 7,
  batch: 1,
  isFree: false,
};
const none = new Uint8Array();

describe("a picture becomes the model's input", () => {
  test("by a letterbox in the centre or at the top left", () => {
    const picture = { type: "owned", rgb: solid(16, 8, RED), width: 16, height: 8 } as const;
    expect(rowColours(modelPixels(picture, input, none))).toEqual([7, 7, RED, RED, RED, RED, 7, 7]);
    const topLeft = { ...input, fit: "letterbox_top_left" } as const;
    expect(rowColours(modelPixels(picture, topLeft, none))).toEqual([RED, RED, RED, RED, 7, 7, 7, 7]);
    const stretched = { ...input, fit: "stretch" } as const;
    expect(rowColours(modelPixels(picture, stretched, none))).toEqual(new Array(8).fill(RED));
  });

  test("unscaled, its middle cut out or a border around it", () => {
    const cut = { ...input, fit: "crop_center" } as const;
    const patch = { x: 4, y: 1, width: 8, height: 2, rgb: RED } as const;
    const large = { type: "owned", rgb: paint(16, 9, [patch]), width: 16, height: 9 } as const;
    expect(rowColours(modelPixels(large, cut, none))).toEqual([114, RED, RED, 114, 114, 114, 114, 114]);
    const wide = { type: "owned", rgb: solid(17, 3, RED), width: 17, height: 3 } as const;
    expect(rowColours(modelPixels(wide, cut, none))).toEqual([7, 7, RED, RED, RED, 7, 7, 7]);
    expect(rowColours(modelPixels(wide, { ...cut, order: "bgr" }, none))[2]).toEqual(BLUE);
  });

  test("by a part of it", () => {
    const patch = { x: 8, y: 4, width: 8, height: 8, rgb: RED } as const;
    const picture = { type: "owned", rgb: paint(16, 16, [patch]), width: 16, height: 16 } as const;
    expect(rowColours(modelPixels(picture, { ...input, part: [50, 25, 100, 75] }, none))).toEqual(
      new Array(8).fill(RED),
    );
    // One pixel at least, however little of it there is.
    expect(rowColours(modelPixels(picture, { ...input, part: [99, 0, 99.5, 0.1] }, none))).toEqual(
      new Array(8).fill(114),
    );
  });

  test("in the model's order of colours", () => {
    const picture = { type: "owned", rgb: solid(8, 8, RED), width: 8, height: 8 } as const;
    expect(modelPixels(picture, { ...input, order: "bgr" }, none).subarray(0, 3)).toEqual(Uint8Array.from(BLUE));
    expect(picture.rgb.subarray(0, 3)).toEqual(Uint8Array.from(RED));
  });

  test("from a region of a frame in shared memory", () => {
    const arena = new Uint8Array(new SharedArrayBuffer(100 + 32 * 16 * 3));
    arena.set(paint(32, 16, [{ x: 20, y: 4, width: 8, height: 8, rgb: BLUE }]), 100);
    const region = { type: "region", offset: 100, frameWidth: 32, frameHeight: 16, width: 8, height: 8 } as const;
    const inside = modelPixels({ ...region, x: 20, y: 4 }, input, arena);
    expect(rowColours(inside)).toEqual(new Array(8).fill(BLUE));
    const above = modelPixels({ ...region, x: 20, y: 0 }, input, arena);
    expect(rowColours(above)).toEqual([114, 114, 114, 114, BLUE, BLUE, BLUE, BLUE]);
  });

  test("without a copy where the decoder has made it", () => {
    const arena = new Uint8Array(new SharedArrayBuffer(500));
    const pixels = modelPixels({ type: "fitted", offset: 64 }, input, arena);
    expect([pixels.buffer === arena.buffer, pixels.byteOffset, pixels.length]).toEqual([true, 64, 192]);
  });
});

test("pixels outside of the arena or the frame are a bug", () => {
  const arena = new Uint8Array(new SharedArrayBuffer(500));
  expect(() => modelPixels({ type: "fitted", offset: 400 }, input, arena)).toThrow("192 bytes at 400");
  const region = { type: "region", offset: 0, frameWidth: 8, frameHeight: 8, x: 4, y: 0, width: 5, height: 8 } as const;
  expect(() => modelPixels(region, input, arena)).toThrow("region 5x8 at 4,0 is not inside 8x8");
});

function solid(width: number, height: number, rgb: [number, number, number]): Uint8Array {
  return paint(width, height, [{ x: 0, y: 0, width, height, rgb }]);
}

/** The colour of each row where it is the same all along: a grey level, or red, green and blue. */
function rowColours(pixels: Uint8Array): (number | number[])[] {
  return Array.from({ length: 8 }, (_, row) => {
    const colours = new Set<string>();
    for (let x = 0; x < 8; x++) colours.add(pixels.subarray((row * 8 + x) * 3, (row * 8 + x) * 3 + 3).join());
    const [r = 0, g = 0, b = 0] = [...colours][0]?.split(",").map(Number) ?? [];
    expect(colours.size).toBe(1);
    return r === g && g === b ? r : [r, g, b];
  });
}
