import { crop } from "./crop-map.ts";
import type { TaskReader } from "./task-reader.ts";

/** The score, and the cells of the map that the image covers. */
export const readAnomaly: TaskReader<"anomaly"> = (item, { outputs, input }, family) => {
  const { map, ...found } = family.anomaly(outputs);
  return { ...found, map: map === null ? null : crop(map, item, input) };
};
