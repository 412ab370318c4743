import { expect, it } from "vitest";
import { type LabelText, labelTexts } from "../../../../src/blocks/visualization/texts/label-text.ts";
import { detection } from "../../values.ts";

const item = detection([10, 20, 110.4, 70], {
  class: "car",
  classId: 2,
  confidence: 0.876,
  trackerId: 12,
  timeInZone: 3.04,
  data: { speed: 4.5678, area_px: 321, plate: "AB 12", place: { lane: 2 } },
});

const mask = { x: 0, y: 0, width: 3, height: 3, runs: Uint32Array.of(0, 9) };

it.each<[LabelText, string]>([
  ["Class", "car"],
  ["Confidence", "0.88"],
  ["Class and Confidence", "car 0.88"],
  ["Index", "0"],
  ["Dimensions", "60, 45 100x50"],
  ["Area", "5020"],
  ["Area (mask)", "Area (mask): 321"],
  ["Area (converted)", "Area (conv): N/A"],
  ["Tracker Id", "12"],
  ["Time In Zone", "In zone: 3.04s"],
])("shows %s", (text, expected) => {
  expect(labelTexts([item], text)).toEqual([expected]);
});

it("says so where a detection has no tracker id or no time", () => {
  const plain = detection([0, 0, 1, 1], { timeInZone: 0 });
  expect(labelTexts([plain], "Tracker Id")).toEqual(["No Tracker ID"]);
  expect(labelTexts([plain], "Time In Zone")).toEqual(["In zone: N/A"]);
});

it("counts the pixels of a mask for the area", () => {
  expect(labelTexts([detection([0, 0, 50, 50], { mask })], "Area")).toEqual(["9"]);
});
