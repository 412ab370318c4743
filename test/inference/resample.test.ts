import { execFile } from "node:child_process";
import { promisify } from "node:util";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type PixelArea, resample } from "../../src/inference/resample.ts";
import { findFfmpeg } from "../../src/stream/ffmpeg/ffmpeg-binary.ts";

const run = promisify(execFile);

describe("resampling", () => {
  const size = fc.integer({ min: 1, max: 9 });
  const noise = fc.uint8Array({ minLength: 9 * 12 * 3, maxLength: 9 * 12 * 3 });

  test("agrees with the formula of a triangle about each target pixel to one grey level, for any sizes", () => {
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
              expect(Math.abs(value - wanted)).toBeLessThanOrEqual(1);
            }
          }
        }
      }),
    );
  });

  test("is what the decoder does with the same picture", async () => {
    const [width, height, toWidth, toHeight] = [320, 180, 104, 58];
    const source = ["-f", "lavfi", "-i", `testsrc2=size=${width}x${height}`, "-frames:v", "1"];
    const decode = async (filter: string) => {
      const options = ["-v", "error", ...source, "-vf", `format=rgb24${filter}`, "-f", "rawvideo", "-"];
      const { stdout } = await run((await findFfmpeg()).path, options, { encoding: "buffer", maxBuffer: 1 << 24 });
      return stdout;
    };
    const to = { pixels: new Uint8Array(toWidth * toHeight * 3), offset: 0, stride: toWidth * 3 };
    const from = { pixels: await decode(""), offset: 0, stride: width * 3, width, height };
    resample(from, { ...to, width: toWidth, height: toHeight }, false);
    const decoded = await decode(`,scale=${toWidth}:${toHeight}:flags=bilinear`);
    // The scaler goes through chroma of 8 bits, which strong colours lose a little in.
    const differences = Array.from(to.pixels, (value, i) => Math.abs(value - (decoded[i] ?? 0)));
    expect(differences.reduce((sum, value) => sum + value, 0) / differences.length).toBeLessThan(1);
    expect(Math.max(...differences)).toBeLessThan(24);
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
  const value = (column: number, line: number) => pixels[offset + line * stride + column * 3 + at.channel]!;
  const columns = sharesOf(at.x, width, to.width);
  const lines = sharesOf(at.y, height, to.height);
  return lines.reduce(
    (sum, line, y) => sum + line * columns.reduce((row, share, x) => row + share * value(x, y), 0),
    0,
  );
}

/** How much each source position has in a target position. */
function sharesOf(target: number, fromSize: number, toSize: number): number[] {
  const shares = new Array<number>(fromSize).fill(0);
  const reach = Math.max(1, fromSize / toSize);
  const centre = ((target + 0.5) * fromSize) / toSize - 0.5;
  for (let place = Math.floor(centre - reach); place <= Math.ceil(centre + reach); place++) {
    const inside = Math.max(0, Math.min(fromSize - 1, place));
    shares[inside]! += Math.max(0, 1 - Math.abs(place - centre) / reach);
  }
  const sum = shares.reduce((total, share) => total + share, 0);
  return shares.map((share) => share / sum);
}
