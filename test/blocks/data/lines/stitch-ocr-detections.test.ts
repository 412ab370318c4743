import { describe, expect, it } from "vitest";
import type { Block } from "../../../../src/blocks/contract/block.ts";
import {
  stitchOcrDetectionsV1,
  stitchOcrDetectionsV2,
} from "../../../../src/blocks/data/lines/stitch-ocr-detections.ts";
import type { Detection } from "../../../../src/kinds/detections.ts";
import { detection, detections } from "../../values.ts";

/** Characters 10 wide and 14 high with their left upper corners. */
function written(...letters: [text: string, x: number, y: number][]): Detection[] {
  return letters.map(([text, x, y]) => detection([x, y, x + 10, y + 14], { class: text }));
}

function read(block: Block, items: Detection[], values: Record<string, unknown>): string {
  const rules = { tolerance: 10, delimiter: "", otsu_threshold_multiplier: 1, collimate_tolerance: 10, ...values };
  const result = block.runMany?.([{ predictions: detections(items), ...rules }], []);
  return (result as { ocr_text: string }[])[0]?.ocr_text ?? "";
}

const twoLines = written(["B", 12, 1], ["D", 11, 40], ["A", 0, 0], ["C", 0, 41]);

describe("stitch_ocr_detections@v1", () => {
  it.each([
    ["left_to_right", "AB\nCD"],
    ["right_to_left", "BA\nDC"],
    ["vertical_top_to_bottom", "AC BD"],
    ["vertical_bottom_to_top", "DB CA"],
    ["auto", "AC BD"],
  ])("reads %s", (reading_direction, text) => {
    expect(read(stitchOcrDetectionsV1, twoLines, { reading_direction })).toBe(text);
  });

  it("puts the delimiter between all parts, ends of lines too, and reads nothing of nothing", () => {
    expect(read(stitchOcrDetectionsV1, twoLines, { reading_direction: "left_to_right", delimiter: "-" })).toBe(
      "A-B-\n-C-D",
    );
    expect(read(stitchOcrDetectionsV1, [], { reading_direction: "auto" })).toBe("");
  });

  it("leaves boxes at one place in the order in which they came", () => {
    const items = written(["I", 32, 3], ["L", 32, 0], ["A", 0, 1]);
    expect(read(stitchOcrDetectionsV1, items, { reading_direction: "left_to_right" })).toBe("AIL");
  });
});

describe("stitch_ocr_detections@v2", () => {
  const sentence = written(["я", 0, 0], ["н", 11, 1], ["е", 22, 2], ["т", 60, 1], ["у", 71, 0], ["т", 82, 2]);

  it("sets words apart where gaps are wide, with otsu", () => {
    const otsu = { stitching_algorithm: "otsu", reading_direction: "left_to_right" };
    expect(read(stitchOcrDetectionsV2, sentence, otsu)).toBe("яне тут");
    expect(read(stitchOcrDetectionsV2, sentence, { ...otsu, delimiter: "-" })).toBe("я-н-е-т-у-т");
    expect(read(stitchOcrDetectionsV2, sentence, { ...otsu, reading_direction: "right_to_left" })).toBe("тут еня");
    expect(read(stitchOcrDetectionsV2, sentence.slice(0, 3), otsu)).toBe("яне");
    expect(read(stitchOcrDetectionsV2, sentence, { ...otsu, otsu_threshold_multiplier: 9 })).toBe("янетут");
  });

  it("follows lines that slope, with collimate", () => {
    const sloping = written(["B", 12, 8], ["C", 24, 16], ["A", 0, 0], ["Y", 12, 48], ["X", 0, 40]);
    const rules = { stitching_algorithm: "collimate", reading_direction: "left_to_right", collimate_tolerance: 4 };
    expect(read(stitchOcrDetectionsV2, sloping, rules)).toBe("ABC\nXY");
    expect(read(stitchOcrDetectionsV2, [], rules)).toBe("");
  });
});
