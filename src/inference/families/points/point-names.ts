import type { Layout, ModelFacts } from "../family.ts";

/** The points of a person in COCO, in its order. */
export const COCO_POINTS: readonly string[] = [
  "nose",
  "left_eye",
  "right_eye",
  "left_ear",
  "right_ear",
  "left_shoulder",
  "right_shoulder",
  "left_elbow",
  "right_elbow",
  "left_wrist",
  "right_wrist",
  "left_hip",
  "right_hip",
  "left_knee",
  "right_knee",
  "left_ankle",
  "right_ankle",
];

export const POINTS_OPTION = { points: "names of an object's points in their order, or how many there are" } as const;

/** Names of `count` points: those told, those of COCO for as many, else numbers. */
export function pointNames(options: Layout, count: number): readonly string[] {
  const told = options["points"];
  if (Array.isArray(told) && told.length === count) return told.map(String);
  return count === COCO_POINTS.length ? COCO_POINTS : Array.from({ length: count }, (_, i) => String(i));
}

/** How many points are stated, null for nothing. */
export function toldPointCount({ options }: Pick<ModelFacts, "options">): number | null {
  const told = options["points"];
  if (Array.isArray(told)) return told.length;
  return typeof told === "number" ? told : null;
}
