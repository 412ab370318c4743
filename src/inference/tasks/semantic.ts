import { fitting, letterbox } from "../../kinds/frame.ts";
import type { ClassMap } from "../../kinds/model-task.ts";
import type { TaskReader } from "./task-reader.ts";

/** The cells of the map that the image covers; a letterbox's border is cut off. */
export const readClassMap: TaskReader<"semantic"> = (item, { outputs, input }, family) => {
  const map = family.classMap(outputs);
  if (input.fit === "stretch") return map;
  const { offsetX, offsetY } = fitting(input.fit, item.width, item.height, input.width, input.height);
  const inner = letterbox(item.width, item.height, input.width, input.height);
  const [x, width] = [offsetX, inner.width].map((side) => Math.round((side * map.width) / input.width)) as [
    number,
    number,
  ];
  const [y, height] = [offsetY, inner.height].map((side) => Math.round((side * map.height) / input.height)) as [
    number,
    number,
  ];
  return cut(map, { x, y, width: Math.max(1, width), height: Math.max(1, height) });
};

function cut(
  map: ClassMap,
  { x, y, width, height }: { x: number; y: number; width: number; height: number },
): ClassMap {
  const classIds = new Uint16Array(width * height);
  const scores = new Float32Array(width * height);
  for (let row = 0; row < height; row++) {
    const from = (y + row) * map.width + x;
    classIds.set(map.classIds.subarray(from, from + width), row * width);
    scores.set(map.scores.subarray(from, from + width), row * width);
  }
  return { width, height, classIds, scores };
}
