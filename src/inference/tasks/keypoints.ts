import { fitting } from "../../kinds/frame.ts";
import { readBoxes } from "./boxes.ts";
import type { TaskReader } from "./task-reader.ts";

export const readPoints: TaskReader<"keypoints"> = (item, reading, family) => {
  const { chosen, rows } = readBoxes(item, reading, family);
  const { candidates, outputs, input } = reading;
  const { scaleX, scaleY, offsetX, offsetY } = fitting(input.fit, item.width, item.height, input.width, input.height);
  const found = Array.from(chosen, (index) => family.points(outputs, candidates.origins[index]!));
  const points = new Float32Array(found.reduce((sum, { length }) => sum + length, 0));
  let to = 0;
  for (const object of found) {
    for (let at = 0; at < object.length; at += 3, to += 3) {
      points[to] = (object[at]! - offsetX) / scaleX;
      points[to + 1] = (object[at + 1]! - offsetY) / scaleY;
      points[to + 2] = object[at + 2]!;
    }
  }
  return { rows, points };
};
