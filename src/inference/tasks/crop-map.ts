import type { ModelInput } from "../description.ts";
import type { ModelItem } from "../request.ts";
import { coveredCells } from "./map-place.ts";

interface ValueMap {
  width: number;
  height: number;
  values: Float32Array;
}

/** The cells of a map of the model's input that the image covers. */
export function crop(map: ValueMap, item: ModelItem, input: ModelInput): ValueMap {
  const { x, y, width, height } = coveredCells(item, input, map);
  const inside = new Float32Array(width * height);
  for (let row = 0; row < height; row++) {
    const from = (y + row) * map.width + x;
    inside.set(map.values.subarray(from, from + width), row * width);
  }
  return { width, height, values: inside };
}
