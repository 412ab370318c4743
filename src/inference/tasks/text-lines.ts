import { toImage } from "./map-place.ts";
import type { TaskReader } from "./task-reader.ts";

/** Shortest side of a line in pixels of the image. */
const SHORTEST = 3;

/** Lines with their corners in the image, clipped to it; what is too thin to be text is left out. */
export const readLines: TaskReader<"text_detection"> = (item, { outputs, input }, family) => {
  const place = toImage(item, input);
  const lines = family.lines(outputs).map(({ corners, confidence }) => ({
    confidence,
    corners: corners.map((value, i) =>
      i % 2 === 0 ? clamp(place.x(value), item.width) : clamp(place.y(value), item.height),
    ),
  }));
  const kept = lines.filter(({ corners }) => sideOf(corners, 0, 2) > SHORTEST && sideOf(corners, 0, 6) > SHORTEST);
  return {
    corners: Float32Array.from(kept.flatMap(({ corners }) => [...corners])),
    scores: Float32Array.from(kept, ({ confidence }) => confidence),
  };
};

function clamp(value: number, limit: number): number {
  return Math.max(0, Math.min(limit, value));
}

function sideOf(corners: Float32Array, from: number, to: number): number {
  return Math.hypot(corners[to]! - corners[from]!, corners[to + 1]! - corners[from + 1]!);
}
