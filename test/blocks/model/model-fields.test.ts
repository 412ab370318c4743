import { expect, it } from "vitest";
import { detectParameters } from "../../../src/blocks/model/model-fields.ts";

const inputs = {
  iou_threshold: 0.3,
  max_detections: 300,
  class_agnostic_nms: false,
  max_candidates: 3000,
  confidence: 0.4,
};

it.each([
  [null, null],
  [[], null],
  [["car"], ["car"]],
])("a class filter of %j keeps %j, where null is everything", (filter, kept) => {
  expect(detectParameters({ ...inputs, class_filter: filter }).classFilter).toEqual(kept);
});
