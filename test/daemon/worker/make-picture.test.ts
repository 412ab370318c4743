import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { makePictures } from "../../../src/daemon/worker/make-picture.ts";
import { LIVE_FORM, type PictureWish, type RawForm } from "../../../src/daemon/worker/picture-wish.ts";
import type { Image } from "../../../src/kinds/image.ts";
import { picture } from "../../blocks/values.ts";

const pixels = {
  view: () => ({ rgb: new Uint8Array(), stride: 0, width: 0, height: 0 }),
  copy: () => new Uint8Array(),
};

function coloured(width: number, height: number, color: readonly number[]): Image {
  const rgb = Uint8Array.from({ length: 3 * width * height }, (_, i) => color[i % 3] ?? 0);
  return { ...picture(width, height), pixels: { type: "owned", rgb, width, height } };
}

const RED = [200, 10, 20];
const row = {
  whole: coloured(40, 20, RED),
  crops: [[coloured(8, 8, [10, 200, 30]), null], [coloured(9, 5, [20, 30, 220])]],
  none: null,
  count: 3,
};
const wish = (output: string | null, form: PictureWish["form"] = LIVE_FORM): PictureWish => {
  return { camera: "gate", output, form };
};
const make = (...wishes: PictureWish[]) => makePictures(wishes, row, { shown: "whole", pixels });

describe("a picture that is wanted", () => {
  test("is that of the output that is named, or of the one that the pipeline shows", async () => {
    const [named, shown, ...missing] = await make(wish("whole"), wish(null), wish("none"), wish("count"), wish("gone"));
    expect(await sharp(named?.jpeg).metadata()).toMatchObject({ format: "jpeg", width: 40, height: 20 });
    expect(shown?.jpeg).toBe(named?.jpeg);
    expect(missing).toEqual([null, null, null]);
  });

  test("is made smaller for those who want no more, and never larger", async () => {
    const [small, large] = await make(
      wish("whole", { ...LIVE_FORM, width: 20 }),
      wish("whole", { ...LIVE_FORM, width: 80 }),
    );
    expect(await sharp(small?.jpeg).metadata()).toMatchObject({ width: 20, height: 10 });
    expect(await sharp(large?.jpeg).metadata()).toMatchObject({ width: 40, height: 20 });
  });

  test("shows the pictures of a list side by side", async () => {
    const [sheet] = await make(wish("crops"));
    const { data, info } = await sharp(sheet?.jpeg).raw().toBuffer({ resolveWithObject: true });
    const at = (x: number) => [...data.subarray(3 * (360 * info.width + x), 3 * (360 * info.width + x) + 3)];
    expect([info.width, info.height]).toEqual([960, 720]);
    expect(at(240)[1]).toBeGreaterThan(150);
    expect(at(720)[2]).toBeGreaterThan(150);
  });

  test("lies in shared memory for an encoder, fitted into its size", async () => {
    const memory = new SharedArrayBuffer(1000 + 3 * 40 * 40);
    const place = (width: number, height: number): RawForm => {
      return { as: "raw", place: { memory, offset: 1000, width, height } };
    };
    const pixel = (x: number, y: number, width: number) => [...new Uint8Array(memory, 1000 + 3 * (y * width + x), 3)];
    expect(await make(wish("whole", place(40, 20)))).toEqual([{ width: 40, height: 20 }]);
    expect(pixel(39, 19, 40)).toEqual(RED);
    expect(await make(wish("whole", place(40, 40)))).toEqual([{ width: 40, height: 40 }]);
    expect([pixel(20, 2, 40), pixel(20, 20, 40)]).toEqual([[0, 0, 0], RED]);
    expect(new Uint8Array(memory, 0, 1000).every((byte) => byte === 0)).toBe(true);
  });

  test("is not drawn where only its size is asked for", async () => {
    const undrawn = {
      type: "owned",
      width: 40,
      height: 20,
      get rgb(): Uint8Array {
        throw new Error("drawn");
      },
    } as const;
    const lazy = { whole: { ...row.whole, pixels: undrawn } };
    const size: RawForm = { as: "raw", place: null };
    expect(await makePictures([wish("whole", size)], lazy, { shown: null, pixels })).toEqual([
      { width: 40, height: 20 },
    ]);
  });
});
