import { describe, expect, it } from "vitest";
import { bufferV1 } from "../../../src/blocks/flow/buffer.ts";
import { cacheGetV1 } from "../../../src/blocks/flow/cache-get.ts";
import { cacheSetV1 } from "../../../src/blocks/flow/cache-set.ts";
import { CameraCache } from "../../../src/blocks/flow/camera-cache.ts";
import { frameDelayV1 } from "../../../src/blocks/flow/frame-delay.ts";
import { holdsImages, keptValue } from "../../../src/blocks/flow/kept-value.ts";
import type { Image } from "../../../src/kinds/image.ts";
import type { PixelService } from "../../../src/kinds/pixel-service.ts";
import { Step, type Values } from "../run-block.ts";
import { frame, picture } from "../values.ts";

describe("buffer", () => {
  const outputs = (step: Step, values: readonly object[], settings: Values, source?: string) =>
    values.map((data) => step.run({ data, ...settings }, source)["output"]);
  const [a, b, c] = [{ n: 1 }, { n: 2 }, { n: 3 }];

  it("keeps as many values as it is long, the newest first, for each camera by itself", () => {
    const step = new Step(bufferV1);
    expect(outputs(step, [a, b, c], { length: 2 })).toEqual([[a], [b, a], [c, b]]);
    expect(outputs(step, [a], { length: 2 }, "other")).toEqual([[a]]);
  });

  it("fills up with nulls where that is asked for, and has room for nothing below a length of 1", () => {
    expect(outputs(new Step(bufferV1), [a], { length: 3, pad: true })).toEqual([[a, null, null]]);
    expect(outputs(new Step(bufferV1), [a, b], { length: -1, pad: true })).toEqual([[], []]);
  });

  it("gives lists that later values do not change", () => {
    const step = new Step(bufferV1);
    const [first] = outputs(step, [a], { length: 2 });
    outputs(step, [b], { length: 2 });
    expect(first).toEqual([a]);
  });
});

describe("frame_delay", () => {
  const look = (step: Step, number: number, data: object, offset: number) => {
    return step.run({ image: frame(number), data, offset, default_value: "none" });
  };

  it("finds a value by the number of its frame, not by how many came since", () => {
    const step = new Step(frameDelayV1);
    const [one, three] = [{ at: 1 }, { at: 3 }];
    expect(look(step, 1, one, -2)).toEqual({ output: "none", is_available: false, reference_frame_number: 1 });
    expect(look(step, 3, three, -2)).toMatchObject({ output: one, is_available: true });
    expect(look(step, 4, {}, -2)).toMatchObject({ output: "none" });
    expect(look(step, 4, {}, -1)).toMatchObject({ output: three });
  });

  it("forgets what was before numbers ran backwards", () => {
    const step = new Step(frameDelayV1);
    look(step, 8, { at: 8 }, -1);
    look(step, 9, { at: 9 }, -1);
    look(step, 1, { at: 1 }, -1);
    expect(look(step, 9, {}, -1)).toMatchObject({ is_available: false });
  });
});

describe("cache", () => {
  it("gives false for a key that nothing was written under, and anything that was, null and false included", () => {
    const cache = new CameraCache();
    expect(cache.get("a")).toBe(false);
    for (const value of [null, 0, "", [1]]) {
      cache.set("a", value);
      expect(cache.get("a")).toEqual(value);
    }
  });

  it("forgets the key that was written longest ago when there are too many", () => {
    const cache = new CameraCache();
    for (let i = 0; i < 1024; i++) cache.set(String(i), i);
    cache.set("0", "again");
    cache.set("new", true);
    expect([cache.get("0"), cache.get("1"), cache.get("2")]).toEqual(["again", false, 2]);
  });

  it("is one for all steps of a workflow that read and write it", () => {
    expect(cacheGetV1.shares).toBe(cacheSetV1.shares);
  });
});

describe("a value that outlives its frame", () => {
  const copies: Image[] = [];
  const pixels: PixelService = {
    view: () => ({ rgb: new Uint8Array(3), stride: 3, width: 1, height: 1 }),
    copy: (image) => {
      copies.push(image);
      return Uint8Array.of(7, 7, 7);
    },
  };
  const ofCamera = picture(1, 1, { pixels: { type: "frame", frame: {} as never, region: null } });

  it("has copies of the pictures of a camera, however deep, and nothing else copied", () => {
    const kept = keptValue({ list: [ofCamera], text: "x" }, pixels);
    expect(kept).toMatchObject({ list: [{ pixels: { type: "owned", rgb: Uint8Array.of(7, 7, 7) } }], text: "x" });
    expect(copies).toEqual([ofCamera]);
    const own = picture(1, 1);
    expect(keptValue(own, pixels)).toBe(own);
    const plain = { a: [1, { b: 2 }] };
    expect(keptValue(plain, pixels)).toBe(plain);
    expect(holdsImages([{ deep: ofCamera }])).toBe(true);
  });
});
