import { crop } from "./crop-map.ts";
import type { TaskReader } from "./task-reader.ts";

/** The cells of the map that the image covers. */
export const readDepth: TaskReader<"depth"> = (item, { outputs, input }, family) => {
  const { larger, ...map } = family.depthMap(outputs);
  return { ...crop(map, item, input), larger };
};
