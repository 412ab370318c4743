import { coveredCells } from "./map-place.ts";
import type { TaskReader } from "./task-reader.ts";

/** The cells of the map that the image covers. */
export const readDepth: TaskReader<"depth"> = (item, { outputs, input }, family) => {
  const { values, larger, ...map } = family.depthMap(outputs);
  const { x, y, width, height } = coveredCells(item, input, map);
  const inside = new Float32Array(width * height);
  for (let row = 0; row < height; row++) {
    const from = (y + row) * map.width + x;
    inside.set(values.subarray(from, from + width), row * width);
  }
  return { width, height, values: inside, larger };
};
