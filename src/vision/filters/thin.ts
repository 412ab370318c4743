import { newRaster, type Raster } from "../raster.ts";

/** Takes one layer of pixels off what is bright, where that neither parts nor shortens it (T. Zhang and C. Suen, CACM 27, 1984). */
export function thin(raster: Raster<1>): Raster<1> {
  const { data, width, height, stride } = raster;
  const thinned = newRaster(raster, 1);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) thinned.data[y * width + x] = data[y * stride + x] === 0 ? 0 : 255;
  }
  for (const side of ["lower right", "upper left"] as const) takeOff(thinned, side);
  return thinned;
}

function takeOff({ data, width, height }: Raster<1>, side: "lower right" | "upper left"): void {
  // Counter-clockwise pairs of neighbours, from the one above on round to it.
  const steps = [-width, 1 - width, 1, 1 + width, width, width - 1, -1, -1 - width];
  const gone: number[] = [];
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      const at = y * width + x;
      if (data[at] === 0) continue;
      let [around, changes] = [0, 0];
      for (let i = 0; i < 8; i++) {
        const here = data[at + steps[i]!] !== 0;
        if (here) around++;
        else if (data[at + steps[(i + 1) % 8]!] !== 0) changes++;
      }
      if (around < 2 || around > 6 || changes !== 1) continue;
      const isDark = (step: number) => data[at + step] === 0;
      const [up, right, down, left] = [isDark(-width), isDark(1), isDark(width), isDark(-1)];
      const isOnSide = side === "lower right" ? right || down || (up && left) : left || up || (right && down);
      if (isOnSide) gone.push(at);
    }
  }
  for (const at of gone) data[at] = 0;
}
