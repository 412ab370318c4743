import { describe, expect, it } from "vitest";
import type { Block } from "../../../src/blocks/contract/block.ts";
import { detectionOffsetV1 } from "../../../src/blocks/transformation/change/detection-offset.ts";
import { perClassConfidenceFilterV1 } from "../../../src/blocks/transformation/change/per-class-confidence.ts";
import { detectionsMergeV1 } from "../../../src/blocks/transformation/join/detections-merge.ts";
import type { Detections } from "../../../src/kinds/detections.ts";
import { serialiseDetections } from "../../../src/kinds/serialise.ts";
import { detection, detectionsOf, openStep } from "../../query/run.ts";

const a = detection({ detectionId: "a", box: [10, 20, 51, 40], confidence: 0.9 });
const b = detection({ detectionId: "b", box: [0, 30, 20, 480], confidence: 0.4, class: "bus", trackerId: 3 });

function run(block: Block, literals: Record<string, unknown>, predictions: Detections): Detections {
  return (openStep(block, literals)({ predictions }) as { predictions: Detections }).predictions;
}

describe("detections_merge", () => {
  it("gives one box around all with the least confidence", () => {
    const { items } = run(detectionsMergeV1, {}, detectionsOf(a, b));
    expect(items).toMatchObject([{ box: [0, 20, 51, 480], confidence: 0.4, class: "merged_detection", classId: 0 }]);
    expect(items[0]?.trackerId).toBeUndefined();
    expect(["a", "b"]).not.toContain(items[0]?.detectionId);
  });

  it("gives none for none", () => {
    expect(run(detectionsMergeV1, { class_name: "group" }, detectionsOf())).toEqual(detectionsOf());
  });
});

describe("detection_offset", () => {
  it("adds whole pixels on each side and stays in the image", () => {
    const { items } = run(detectionOffsetV1, { offset_width: 5, offset_height: 10 }, detectionsOf(a, b));
    expect(items.map((item) => item.box)).toEqual([
      [8, 15, 53, 45],
      [0, 25, 22, 480],
    ]);
  });

  it("adds percent of the box", () => {
    const literals = { offset_width: 10, offset_height: 50, units: "Percent (%)" };
    expect(run(detectionOffsetV1, literals, detectionsOf(a)).items[0]?.box).toEqual([8, 15, 53, 45]);
  });

  it("makes new detections whose parents are the old ones", () => {
    const grown = run(detectionOffsetV1, { offset_width: 2, offset_height: 2 }, detectionsOf(b));
    expect(serialiseDetections(grown)["predictions"]).toMatchObject([{ parent_id: "b", tracker_id: 3 }]);
    expect(grown.items[0]?.detectionId).not.toBe("b");
  });
});

describe("per_class_confidence_filter", () => {
  it("compares with the class's own threshold, else the default", () => {
    const keep = (class_thresholds: Record<string, number>, default_threshold = 0.3) => {
      const literals = { class_thresholds, default_threshold };
      return run(perClassConfidenceFilterV1, literals, detectionsOf(a, b)).items.map((item) => item.detectionId);
    };
    expect(keep({})).toEqual(["a", "b"]);
    expect(keep({ bus: 0.4 })).toEqual(["a", "b"]);
    expect(keep({ bus: 0.41, car: 0.95 })).toEqual([]);
    expect(keep({ bus: 0.2 }, 0.95)).toEqual(["b"]);
  });
});
