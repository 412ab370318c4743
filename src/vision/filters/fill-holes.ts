import { newRaster, type Raster } from "../raster.ts";

/** 255 for what is not 0 and for all that it surrounds, where touching by corners closes a ring; 0 elsewhere. */
export function fillHoles({ data, width, height, stride }: Raster<1>): Raster<1> {
  const filled = newRaster({ width, height }, 1);
  filled.data.fill(255);
  const open: number[] = [];
  const reach = (x: number, y: number) => {
    const at = y * width + x;
    if (x < 0 || y < 0 || x >= width || y >= height || filled.data[at] === 0 || data[y * stride + x] !== 0) return;
    filled.data[at] = 0;
    open.push(at);
  };
  for (let x = 0; x < width; x++) for (const y of [0, height - 1]) reach(x, y);
  for (let y = 0; y < height; y++) for (const x of [0, width - 1]) reach(x, y);
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const [x, y] = [at % width, Math.floor(at / width)];
    reach(x - 1, y);
    reach(x + 1, y);
    reach(x, y - 1);
    reach(x, y + 1);
  }
  return filled;
}
