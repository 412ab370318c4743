import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type PixelArea, resample } from "../../src/inference/resample.ts";

describe("resampling", () => {
  const size = fc.integer({ min: 1, max: 9 });
  const noise = fc.uint8Array({ minLength: 9 * 12 * 3, maxLength: 9 * 12 * 3 });

  test("agrees with the formula of bilinear interpolation to one grey level, for any sizes", () => {
    fc.assert(
      fc.property(noise, size, size, size, size, fc.boolean(), (pixels, width, height, toWidth, toHeight, swap) => {
        const from = { pixels, offset: 3, stride: 12 * 3, width, height };
        const to = { pixels: new Uint8Array(9 * 10 * 3), offset: 0, stride: 10 * 3, width: toWidth, height: toHeight };
        resample({ ...from, width: Math.min(width, 9), height: Math.min(height, 8) }, to, swap);
        const source = { ...from, width: Math.min(width, 9), height: Math.min(height, 8) };
        for (let y = 0; y < toHeight; y++) {
          for (let x = 0; x < toWidth; x++) {
            for (let channel = 0; channel < 3; channel++) {
              const value = to.pixels[y * to.stride + x * 3 + channel]!;
              const wanted = interpolate(source, { x, y, channel: swap ? 2 - channel : channel }, to);
              expect(Math.abs(value - wanted)).toBeLessThanOrEqual(0.75);
            }
          }
        }
      }),
    );
  });

  test("to the same size copies, and writes nothing outside of the target", () => {
    const pixels = Uint8Array.from({ length: 4 * 4 * 3 }, (_, i) => i * 5);
    const to = new Uint8Array(6 * 6 * 3).fill(9);
    const from = { pixels, offset: 0, stride: 12, width: 4, height: 4 };
    resample(from, { pixels: to, offset: (6 + 1) * 3, stride: 18, width: 4, height: 4 }, false);
    for (let y = 0; y < 6; y++) {
      const row = [...to.subarray(y * 18, y * 18 + 18)];
      const inside = y >= 1 && y <= 4;
      const middle = inside ? [...pixels.subarray((y - 1) * 12, y * 12)] : new Array(12).fill(9);
      expect(row).toEqual([9, 9, 9, ...middle, 9, 9, 9]);
    }
  });
});

function interpolate(
  { pixels, offset, stride, width, height }: PixelArea,
  at: { x: number; y: number; channel: number },
  to: PixelArea,
): number {
  const x = Math.min(width - 1, Math.max(0, ((at.x + 0.5) * width) / to.width - 0.5));
  const y = Math.min(height - 1, Math.max(0, ((at.y + 0.5) * height) / to.height - 0.5));
  const [x0, y0] = [Math.floor(x), Math.floor(y)];
  const value = (column: number, line: number) =>
    pixels[offset + Math.min(line, height - 1) * stride + Math.min(column, width - 1) * 3 + at.channel]!;
  const top = value(x0, y0) * (1 - x + x0) + value(x0 + 1, y0) * (x - x0);
  const bottom = value(x0, y0 + 1) * (1 - x + x0) + value(x0 + 1, y0 + 1) * (x - x0);
  return top * (1 - y + y0) + bottom * (y - y0);
}
