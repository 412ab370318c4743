import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { propertyDefinitionV1 } from "../../src/blocks/data/property-definition.ts";
import { encodeJpeg } from "../../src/query/jpeg.ts";
import { ownPixels } from "../dynamic/child-block.ts";

/** A soft gradient with an edge. */
function pixels(width: number, height: number, stride = 3 * width): Uint8Array {
  const rgb = new Uint8Array(stride * height).fill(77);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      rgb.set([(255 * x) / width, (255 * y) / height, x > width / 2 ? 200 : 20], y * stride + 3 * x);
    }
  }
  return rgb;
}

async function meanDifference(jpeg: Uint8Array, rgb: Uint8Array): Promise<number> {
  const { data } = await sharp(jpeg).raw().toBuffer({ resolveWithObject: true });
  expect(data.length).toBe(rgb.length);
  return data.reduce((sum, value, i) => sum + Math.abs(value - (rgb[i] ?? 0)), 0) / rgb.length;
}

describe("a picture as JPEG", () => {
  it.each([
    [160, 120],
    [8, 8],
    [1, 1],
    [37, 21],
  ])("of %s x %s pixels shows the same", async (width, height) => {
    const rgb = pixels(width, height);
    const jpeg = encodeJpeg({ rgb, stride: 3 * width, width, height }, 95);
    expect(await sharp(jpeg).metadata()).toMatchObject({ format: "jpeg", width, height });
    expect(await meanDifference(jpeg, rgb)).toBeLessThan(3);
  });

  it("is smaller and coarser with less quality", async () => {
    const view = { rgb: pixels(64, 64), stride: 192, width: 64, height: 64 };
    const [coarse, fine] = [encodeJpeg(view, 10), encodeJpeg(view, 100)] as const;
    expect(coarse.length).toBeLessThan(fine.length / 2);
    expect(await meanDifference(fine, view.rgb)).toBeLessThan(await meanDifference(coarse, view.rgb));
  });

  it("takes rows that are further apart", async () => {
    const view = { rgb: pixels(16, 16, 100), stride: 100, width: 16, height: 16 };
    expect(await meanDifference(encodeJpeg(view, 95), pixels(16, 16))).toBeLessThan(3);
  });

  it("shows noise of all steps", async () => {
    const rgb = new Uint8Array(3 * 64 * 64).map((_, i) => (i * 7919 * (i % 13)) % 256);
    const jpeg = encodeJpeg({ rgb, stride: 192, width: 64, height: 64 }, 100);
    expect(await meanDifference(jpeg, rgb)).toBeLessThan(2);
  });
});

describe("a query on a picture", () => {
  const root = { id: "door", width: 16, height: 16, offsetX: 0, offsetY: 0 };
  const image = {
    kind: "image",
    width: 16,
    height: 16,
    pixels: { type: "owned", rgb: pixels(16, 16), width: 16, height: 16 },
    parentId: "door",
    parent: null,
    root,
    video: null,
  };
  const outputOf = (operations: unknown) => {
    const prepared = propertyDefinitionV1.prepare?.({ operations });
    const context = { step: "s", source: "", state: undefined, prepared, init: {}, services: { pixels: ownPixels } };
    const outputs = propertyDefinitionV1.run?.({ data: image }, context as never);
    return (outputs as { output: unknown }).output;
  };

  it("gives its JPEG as bytes and as text", async () => {
    const bytes = outputOf([{ type: "ConvertImageToJPEG", compression_level: 90 }]) as Uint8Array;
    expect(await meanDifference(bytes, pixels(16, 16))).toBeLessThan(5);
    const text = outputOf([{ type: "ConvertImageToBase64" }]) as string;
    expect(await meanDifference(Buffer.from(text, "base64"), pixels(16, 16))).toBeLessThan(3);
  });
});
