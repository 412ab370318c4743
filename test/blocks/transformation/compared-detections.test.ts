import { describe, expect, it } from "vitest";
import { detectionsDifferenceV1 } from "../../../src/blocks/transformation/compare/detections-difference.ts";
import { detectionsNearestNeighborV1 } from "../../../src/blocks/transformation/compare/detections-nearest-neighbor.ts";
import type { Detection, Detections } from "../../../src/kinds/detections.ts";
import { openStep } from "../../query/run.ts";
import { detection, detections } from "../values.ts";

const ids = (value: unknown) => (value as Detections).items.map((item) => item.detectionId);

describe("detections_difference", () => {
  const compare = (before: Detection[], after: Detection[], literals: Record<string, unknown> = {}) => {
    const data = { reference_predictions: detections(before), candidate_predictions: detections(after) };
    const found = openStep(detectionsDifferenceV1, literals)(data) as Record<string, unknown>;
    return {
      ...found,
      removed: ids(found["removed_detections"]),
      stayed: ids(found["persisted_detections"]),
      added: ids(found["new_detections"]),
    };
  };
  const [a, b] = [detection([0, 0, 10, 10], { detectionId: "a" }), detection([100, 0, 110, 10], { detectionId: "b" })];
  const moved = detection([2, 0, 12, 10], { detectionId: "c" });

  it("tells what went, stayed and came", () => {
    expect(
      compare([a, b], [moved, detection([500, 500, 510, 510], { detectionId: "d" })], { reject_cost: 0.4 }),
    ).toMatchObject({
      removed: ["b"],
      stayed: ["c"],
      added: ["d"],
      removed_count: 1,
      new_count: 1,
      verified: true,
    });
    expect(compare([], [moved])).toMatchObject({ removed: [], added: ["c"], verified: false });
    expect(() => compare([a], [moved], { min_removed_to_verify: 0 })).toThrow(/>=1/);
  });

  it("counts another class as a cost, or as another object", () => {
    const dog = { ...moved, class: "dog" };
    expect(compare([a], [dog]).stayed).toEqual(["c"]);
    expect(compare([a], [dog], { class_mismatch_penalty: 2 }).stayed).toEqual([]);
    expect(compare([a], [dog], { class_strict: true })).toMatchObject({ removed: ["a"], added: ["c"] });
  });

  it("pairs the cheapest first, also among thousands", () => {
    const row = (name: string, dx: number) =>
      Array.from({ length: 1500 }, (_, i) =>
        detection([i * 20 + dx, 0, i * 20 + 10 + dx, 10], { detectionId: `${name}${i}` }),
      );
    const found = compare(row("a", 0), row("b", 3).slice(0, -1), { reject_cost: 0.3 });
    expect(found.removed).toEqual(["a1499"]);
    expect(found.stayed).toHaveLength(1499);
  });
});

describe("detections_nearest_neighbor", () => {
  const find = (queries: Detection[], targets: Detection[], literals: Record<string, unknown> = {}) => {
    const data = { query_predictions: detections(queries), target_predictions: detections(targets) };
    const found = openStep(detectionsNearestNeighborV1, literals)(data) as Record<string, unknown>;
    const distances = (found["query_predictions"] as Detections).items.map(
      ({ data }) => data?.["nearest_target_distance"],
    );
    const pairs = ids(found["matched_query_detections"]).map((id, i) => [
      id,
      ids(found["matched_target_detections"])[i],
    ]);
    return { distances, pairs };
  };
  const at = (detectionId: string, x: number, changes: Partial<Detection> = {}) =>
    detection([x - 5, 45, x + 5, 55], { detectionId, ...changes });

  it("gives every target that is equally near, and none to itself", () => {
    const items = [at("a", 50), at("b", 70), at("c", 30)];
    expect(find(items.slice(0, 1), items)).toEqual({ distances: [20], pairs: [["a", "b"], ["a", "c"]] }); // biome-ignore format: pairs
    expect(find(items.slice(0, 1), [])).toEqual({ distances: [null], pairs: [] });
    expect(find([], items)).toEqual({ distances: [], pairs: [] });
  });

  it("ends at the greatest distance", () => {
    expect(find([at("a", 50)], [at("b", 70)], { max_distance: 19 })).toEqual({ distances: [null], pairs: [] });
    expect(
      find([at("a", 50)], [at("b", 70)], { max_distance: 10, query_point: "CENTER_RIGHT", target_point: "CENTER_LEFT" })
        .distances,
    ).toEqual([10]);
  });

  it("measures between named key points, where there are any", () => {
    const nose = { keypoints: [{ x: 10, y: 10, class: "nose", classId: 0, confidence: 1 }] };
    const literals = { query_point: "KEYPOINT", query_keypoint_name: "nose" };
    expect(find([at("a", 50, nose), at("b", 60)], [detection([10, 40, 10, 40], { detectionId: "t" })], literals)).toEqual({ distances: [30, null], pairs: [["a", "t"]] }); // biome-ignore format: pairs
    expect(() => find([at("a", 50, nose)], [at("b", 60)], { query_point: "KEYPOINT" })).toThrow(
      expect.objectContaining({ code: "STEP_INPUT" }),
    );
    expect(() => find([at("a", 50)], [at("b", 60)], literals)).toThrow(expect.objectContaining({ code: "STEP_INPUT" }));
  });
});
