import { expect, it } from "vitest";
import { labelTexts } from "../../../src/blocks/visualization/label-text.ts";
import { detection } from "../values.ts";

const item = detection([10, 20, 110.4, 70], {
  class: "car",
  classId: 2,
  confidence: 0.876,
  trackerId: 12,
  timeInZone: 3.04,
  data: { speed: 4.5678, area_px: 321, plate: "AB 12", place: { lane: 2 } },
});

it.each([
  ["Class", "car"],
  ["Confidence", "0.88"],
  ["Class and Confidence", "car 0.88"],
  ["Index", "0"],
  ["Dimensions", "100x50"],
  ["Area", "5020"],
  ["Area (mask)", "321"],
  ["Area (converted)", "5020"],
  ["Tracker Id", "#12"],
  ["Time In Zone", "3.0 s"],
  ["class_id", "2"],
  ["speed", "4.57"],
  ["plate", "AB 12"],
  ["place", '{"lane":2}'],
])("shows %s", (text, expected) => {
  expect(labelTexts([item], text, "step")).toEqual([expected]);
});

it("says so where a detection has no tracker id or no time, and is empty for a field that only others have", () => {
  const plain = detection([0, 0, 1, 1]);
  expect(labelTexts([plain], "Tracker Id", "step")).toEqual(["no id"]);
  expect(labelTexts([plain], "Time In Zone", "step")).toEqual(["no time"]);
  expect(labelTexts([plain, item], "speed", "step")).toEqual(["", "4.57"]);
  expect(labelTexts([], "speed", "step")).toEqual([]);
});

it("names what can be shown when no detection has the field", () => {
  expect(() => labelTexts([item], "colour", "names")).toThrowErrorMatchingInlineSnapshot(
    `[StepError: step "names": text is "colour", which no detection has; expected one of Class, Confidence, Class and Confidence, Index, Dimensions, Area, Area (mask), Area (converted), Tracker Id, Time In Zone, speed, area_px, plate, place]`,
  );
});
