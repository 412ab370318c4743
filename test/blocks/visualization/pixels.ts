import type { Image } from "../../../src/kinds/image.ts";

type Bounds = [number, number, number, number];
export type Rgb = [number, number, number];

export function rgbOf({ pixels }: Image): Uint8Array {
  if (pixels.type !== "owned") throw new Error("expected a picture that owns its pixels");
  return pixels.rgb;
}

export function pixel(image: Image, x: number, y: number): Rgb {
  const at = (y * image.width + x) * 3;
  const [r, g, b] = rgbOf(image).subarray(at, at + 3);
  return [r!, g!, b!];
}

/** Bounds (x min, y min, x max, y max, the last inclusive) of the pixels that satisfy the test, null for none. */
export function boundsWhere(image: Image, test: (color: Rgb) => boolean): Bounds | null {
  let bounds: Bounds | null = null;
  for (let y = 0; y < image.height; y++) {
    for (let x = 0; x < image.width; x++) {
      if (!test(pixel(image, x, y))) continue;
      const [left, top, right, bottom]: Bounds = bounds ?? [x, y, x, y];
      bounds = [Math.min(left, x), Math.min(top, y), Math.max(right, x), Math.max(bottom, y)];
    }
  }
  return bounds;
}

export function share(image: Image, test: (color: Rgb) => boolean): number {
  let count = 0;
  for (let y = 0; y < image.height; y++) for (let x = 0; x < image.width; x++) if (test(pixel(image, x, y))) count++;
  return count / (image.width * image.height);
}
