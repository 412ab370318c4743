import { expect, test } from "vitest";
import { cocoFigures } from "../../../src/inference/measures/coco-precision.ts";

/** Picture, class, left, top, width, height, whether it is a crowd. */
const OBJECTS = [
  [1, 1, 10, 10, 20, 20, 0],
  [1, 1, 50, 10, 20, 30, 0],
  [1, 1, 10, 60, 60, 30, 1],
  [2, 1, 5, 5, 40, 40, 0],
  [2, 2, 60, 60, 20, 20, 0],
  [2, 2, 62, 62, 20, 20, 0],
  [1, 2, 80, 5, 10, 10, 0],
] as const;

/** Picture, class, left, top, width, height, score: exact ones, doubles, one in the crowd, one beside all, one of a class without objects. */
const BOXES = [
  [1, 1, 11, 11, 20, 20, 0.9],
  [1, 1, 12, 9, 20, 20, 0.8],
  [1, 1, 50, 14, 20, 30, 0.7],
  [1, 1, 15, 65, 10, 10, 0.95],
  [1, 1, 80, 80, 10, 10, 0.6],
  [2, 1, 10, 10, 40, 40, 0.85],
  [2, 2, 61, 61, 20, 20, 0.9],
  [2, 2, 62, 62, 20, 20, 0.5],
  [2, 2, 59, 59, 20, 20, 0.4],
  [1, 2, 81, 5, 10, 10, 0.45],
  [1, 3, 0, 0, 5, 5, 0.9],
] as const;

test("figures are those of pycocotools 2.0", () => {
  const truth = {
    images: [1, 2].map((id) => ({ id, file_name: "" })),
    categories: [1, 2, 3].map((id) => ({ id, name: "" })),
    annotations: OBJECTS.map(([image_id, category_id, x, y, w, h, iscrowd]) => {
      return { image_id, category_id, bbox: [x, y, w, h] as const, iscrowd };
    }),
  };
  const results = BOXES.map(([image_id, category_id, x, y, w, h, score]) => {
    return { image_id, category_id, bbox: [x, y, w, h] as const, score };
  });
  const { ap, ap50, ap75, ar100 } = cocoFigures(truth, results);
  expect(ap).toBeCloseTo(0.5795792079207921, 12);
  expect(ap50).toBeCloseTo(0.9579207920792079, 12);
  expect(ap75).toBeCloseTo(0.6670792079207921, 12);
  expect(ar100).toBeCloseTo(0.6666666666666667, 12);
});
