import { readBoxes } from "./boxes.ts";
import { toImage } from "./map-place.ts";
import type { TaskReader } from "./task-reader.ts";

export const readPoints: TaskReader<"keypoints"> = (item, reading, family) => {
  const { chosen, rows } = readBoxes(item, reading, family);
  const { candidates, outputs, input } = reading;
  const found = Array.from(chosen, (index) => family.points(outputs, candidates.origins[index]!));
  const points = new Float32Array(found.reduce((sum, { length }) => sum + length, 0));
  const place = toImage(item, input);
  let to = 0;
  for (const object of found) {
    for (let at = 0; at < object.length; at += 3, to += 3) {
      points[to] = place.x(object[at]!);
      points[to + 1] = place.y(object[at + 1]!);
      points[to + 2] = object[at + 2]!;
    }
  }
  return { rows, points };
};
