import { describe, expect, it } from "vitest";
import { detectionsClassesReplacementV1 } from "../../../src/blocks/transformation/change/detections-classes-replacement.ts";
import { detectionsConsensusV1 } from "../../../src/blocks/transformation/compare/detections-consensus.ts";
import { detectionsCombineV1 } from "../../../src/blocks/transformation/join/detections-combine.ts";
import { detectionsListRollupV1 } from "../../../src/blocks/transformation/join/detections-list-rollup.ts";
import { detectionsStitchV1 } from "../../../src/blocks/transformation/join/detections-stitch.ts";
import type { Detection, Detections } from "../../../src/kinds/detections.ts";
import { areaOf } from "../../../src/kinds/mask.ts";
import { maskOfPolygon } from "../../../src/kinds/polygon-mask.ts";
import { openStep } from "../../query/run.ts";
import { detection, detections, picture } from "../values.ts";

const WRONG = expect.objectContaining({ code: "STEP_INPUT" });

function rectangle(box: Detection["box"], changes: Partial<Detection> = {}): Detection {
  const [x1, y1, x2, y2] = box;
  const corners = [[x1, y1], [x2 - 1, y1], [x2 - 1, y2 - 1], [x1, y2 - 1]] as const; // biome-ignore format: corners
  return detection(box, { mask: maskOfPolygon(corners, { width: 1280, height: 720 }), ...changes });
}

/** Detections on a part of the camera's picture that begins at a place. */
function onPart(
  items: Detection[],
  [offsetX, offsetY]: [number, number],
  id = `part-${offsetX}-${offsetY}`,
): Detections {
  const place = { id: "camera", width: 1280, height: 720, offsetX, offsetY };
  return { ...detections(items, 200, 100), parentId: id, parent: place, root: place };
}

describe("detections_stitch", () => {
  const parts = [
    onPart([detection([90, 10, 110, 30], { confidence: 0.6 })], [0, 0]),
    onPart([detection([10, 10, 30, 30]), detection([150, 0, 160, 9], { classId: 3 })], [80, 0]),
  ];
  const stitch = (overlap_filtering_strategy: string, predictions: unknown = parts) => {
    const step = openStep(detectionsStitchV1, { overlap_filtering_strategy });
    return (step({ reference_image: picture(1280, 720), predictions }) as { predictions: Detections }).predictions;
  };

  it("puts boxes and masks at their place in the picture, of which the result is", () => {
    const found = stitch("none", [onPart([rectangle([0, 0, 10, 10])], [80, 40])]);
    expect(found).toMatchObject({ width: 1280, height: 720, parentId: "camera", parent: null });
    expect(found.items[0]).toMatchObject({ box: [80, 40, 90, 50], mask: { x: 80, y: 40, width: 10, height: 10 } });
  });

  it("keeps the surer of two that overlap, or merges them, within a class", () => {
    expect(stitch("none").items).toHaveLength(3);
    expect(stitch("nms").items.map(({ box }) => box)).toEqual([[90, 10, 110, 30], [230, 0, 240, 9]]); // biome-ignore format: boxes
    expect(stitch("nms").items[0]?.confidence).toBe(0.9);
    expect(stitch("nmm").items.map((item) => [item.confidence, ...item.box])).toEqual([[0.75, 90, 10, 110, 30], [0.9, 230, 0, 240, 9]]); // biome-ignore format: boxes
  });

  it("gives none for none, and refuses a strategy that it does not know", () => {
    expect(stitch("nms", [])).toMatchObject({ items: [], width: 1280 });
    expect(() => stitch("soft")).toThrow(expect.objectContaining({ name: "ZodError" }));
  });
});

describe("detections_classes_replacement", () => {
  const [a, b, c] = [
    detection([0, 0, 1, 1]),
    detection([2, 2, 3, 3], { trackerId: 7 }),
    detection([4, 4, 5, 5]),
  ] as const;
  const replace = (classification_predictions: unknown, literals: Record<string, unknown> = {}) => {
    const step = openStep(detectionsClassesReplacementV1, {
      fallback_class_name: null,
      fallback_class_id: null,
      ...literals,
    });
    const values = { object_detection_predictions: detections([a, b, c]), classification_predictions };
    const { items } = (step(values) as { predictions: Detections }).predictions;
    return items.map((item) => [item.class, item.classId, item.confidence, item.box[0]]);
  };
  const single = (parent_id: string, predictions: unknown[], top = "cat") => ({
    parent_id,
    top,
    predictions,
    confidence: 0.5,
  });
  const cat = { class: "cat", class_id: 4, confidence: 0.5 };

  it("finds the detection by its id and leaves out those without a class", () => {
    expect(replace([single(b.detectionId, [cat]), null])).toEqual([["cat", 4, 0.5, 2]]);
    expect(replace([single("another", [cat])])).toEqual([]);
    expect(replace([])).toEqual([]);
    expect(replace([null, null], { fallback_class_name: "none" })).toEqual([]);
  });

  it("gives the fallback class to crops in which nothing was found", () => {
    const found = [single(a.detectionId, [cat]), single(b.detectionId, [])];
    expect(replace(found, { fallback_class_name: "none", fallback_class_id: 9 })).toEqual([["cat", 4, 0.5, 0], ["none", 9, 0, 2]]); // biome-ignore format: rows
    expect(replace(found, { fallback_class_name: "none", fallback_class_id: -1 })[1]).toEqual(["none", 2 ** 63, 0, 2]);
  });

  it("takes the most confident of several classes", () => {
    const predictions = { cat: { confidence: 0.2, class_id: 0 }, ящик: { confidence: 0.7, class_id: 1 } };
    expect(replace([{ parent_id: c.detectionId, predictions, predicted_classes: ["ящик"] }])).toEqual([
      ["ящик", 1, 0.7, 4],
    ]);
  });

  it("takes texts in the order of the detections", () => {
    expect(replace(["ab", null, ["cd", "ef"]])).toEqual([["ab", 0, 1, 0], ["cd", 0, 1, 4]]); // biome-ignore format: rows
    expect(replace(["ab"], { fallback_class_name: "?" })).toHaveLength(3);
  });

  it("refuses a top class that is none of the predictions, and gives nothing for nothing", () => {
    expect(() => replace([single(a.detectionId, [cat], "dog")])).toThrow(WRONG);
    const step = openStep(detectionsClassesReplacementV1, {});
    expect(step({ object_detection_predictions: null, classification_predictions: ["ab"] })).toEqual({
      predictions: null,
    });
  });
});

describe("detections_consensus", () => {
  const p = detections([
    detection([0, 0, 40, 40]),
    detection([80, 20, 120, 60], { class: "dog", classId: 1, confidence: 0.6 }),
  ]);
  const q = detections([
    detection([4, 0, 44, 40], { confidence: 0.5 }),
    detection([80, 20, 120, 60], { class: "cat", classId: 2, confidence: 0.7 }),
  ]);
  const vote = (literals: Record<string, unknown> = {}, sources = [p, q]) => {
    const step = openStep(detectionsConsensusV1, { required_votes: 2, ...literals });
    const result = step({ predictions_batches: sources }) as Record<string, unknown>;
    const { items } = result["predictions"] as Detections;
    return { ...result, items, rows: items.map((item) => [item.class, item.confidence, ...item.box]) };
  };

  it("merges what enough sources found", () => {
    expect(vote()).toMatchObject({
      rows: [["person", 0.7, 2, 0, 42, 40]],
      object_present: true,
      presence_confidence: { person: 0.7 },
    });
    expect(vote({ class_aware: false }).rows[1]).toEqual(["dog", expect.closeTo(0.65), 80, 20, 120, 60]);
    expect(vote({ class_aware: false, detections_merge_confidence_aggregation: "max" }).rows[1]?.[0]).toBe("cat");
    expect(vote({ required_votes: 3 })).toMatchObject({ rows: [], object_present: false, presence_confidence: {} });
    expect(vote({ required_votes: 1, iou_threshold: 0.9 }).rows).toHaveLength(4);
  });

  it("tells whether enough objects are there", () => {
    expect(vote({ required_objects: 2 })).toMatchObject({ object_present: false, presence_confidence: {} });
    expect(vote({ required_objects: { person: 1 } }).rows).toHaveLength(1);
    expect(vote({ required_objects: { dog: 1 } })).toMatchObject({ object_present: false });
    expect(vote({ class_aware: false, required_objects: { dog: 1, person: 1 } })).toMatchObject({
      object_present: true,
      presence_confidence: { any_object: 0.7 },
    });
    expect(vote({ classes_to_consider: ["dog"] }).rows).toEqual([]);
  });

  it("merges masks and takes the box from them", () => {
    const masks = [detections([rectangle([0, 0, 40, 40])]), detections([rectangle([10, 0, 50, 40])])];
    const merge = (how: string) => vote({ detections_merge_mask_aggregation: how }, masks).items[0] as Detection;
    expect(merge("union").box).toEqual([0, 0, 49, 39]);
    expect(areaOf(merge("intersection").mask!)).toBe(30 * 40);
    expect(areaOf(vote({ detections_merge_mask_aggregation: "intersection" }, [masks[0]!, p]).items[0]!.mask!)).toBe(0);
  });

  it("refuses sources of different pictures and gives none for none", () => {
    expect(() => vote({}, [p, onPart(q.items, [5, 5])])).toThrow(WRONG);
    expect(vote({}, [detections([]), detections([])]).rows).toEqual([]);
  });

  it("counts each detection once, also among thousands", () => {
    const many = (dx: number) =>
      detections(Array.from({ length: 2000 }, (_, i) => detection([i * 50 + dx, 0, i * 50 + 40 + dx, 40])));
    expect(vote({}, [many(0), many(3)]).rows).toHaveLength(2000);
  });
});

describe("detections_list_rollup", () => {
  const parents = detections([detection([100, 100, 200, 200]), detection([150.6, 100, 250, 200])]);
  const rollUp = (children: Detections[], literals: Record<string, unknown> = {}) => {
    const step = openStep(detectionsListRollupV1, literals);
    return step({ parent_detection: parents, child_detections: children }) as {
      rolled_up_detections: Detections;
      crop_zones: unknown;
    };
  };

  it("brings detections to their place in the picture and merges those of a class that overlap", () => {
    const children = [
      detections([detection([40, 0, 60, 20]), detection([0, 50, 5, 55], { classId: 1, class: "dog" })]),
      detections([detection([0, 0, 20, 20], { confidence: 0.5 })]),
    ];
    const { rolled_up_detections: found, crop_zones } = rollUp(children);
    expect(found.items.map((item) => [item.class, item.confidence, ...item.box])).toEqual([
      ["person", 0.9, 140, 100, 170, 120],
      ["dog", 0.9, 100, 150, 105, 155],
    ]);
    expect(found).toMatchObject({ width: 1280, parentId: "camera", parent: null });
    expect(crop_zones).toHaveLength(2);
    expect(rollUp(children, { overlap_threshold: 0.6 }).rolled_up_detections.items).toHaveLength(3);
    expect(rollUp(children, { confidence_strategy: "mean" }).rolled_up_detections.items[0]?.confidence).toBeCloseTo(
      0.7,
    );
  });

  it("merges masks that share a pixel", () => {
    const { items } = rollUp([
      detections([rectangle([40, 0, 60, 20])]),
      detections([rectangle([0, 0, 20, 20])]),
    ]).rolled_up_detections;
    expect(items).toMatchObject([{ box: [140, 100, 170, 120] }]);
    expect(areaOf(items[0]!.mask!)).toBe(30 * 20);
  });

  it("merges key points that lie near to each other, and keeps all others", () => {
    const nose = (x: number) => ({ keypoints: [{ x, y: 5, class: "nose", classId: 0, confidence: 0.8 }] });
    const { items } = rollUp([
      detections([detection([40, 0, 60, 20], nose(54)), detection([0, 0, 9, 9], nose(1))]),
      detections([detection([0, 0, 20, 20], nose(0))]),
    ]).rolled_up_detections;
    expect(items.map((item) => item.keypoints?.[0]?.x)).toEqual([152, 101]);
  });

  it("refuses lists that are not one for each detection", () => {
    expect(() => rollUp([detections([])])).toThrow(WRONG);
    expect(() => rollUp(["a", "b"] as never)).toThrow(WRONG);
  });
});

describe("detections_combine", () => {
  const combine = (one: Detections, two: Detections) => {
    return (
      openStep(detectionsCombineV1, {})({ prediction_one: one, prediction_two: two }) as { predictions: Detections }
    ).predictions;
  };
  const [a, b] = [detection([0, 0, 1, 1]), detection([2, 2, 3, 3])];

  it("puts the second list after the first, in pixels of the first one's picture", () => {
    expect(combine(detections([a]), detections([b])).items).toEqual([a, b]);
    expect(combine(detections([]), detections([b])).items).toEqual([b]);
    expect(combine(detections([a]), onPart([b], [10, 20])).items[1]?.box).toEqual([12, 22, 13, 23]);
    expect(
      combine(detections([a]), { ...detections([b]), parentId: "x", root: { ...detections([]).root, id: "x" } })
        .items[1]?.data,
    ).toMatchObject({ parent_id: "x" });
  });

  it("refuses to mix detections with and without masks or tracker ids", () => {
    expect(() => combine(detections([a]), detections([rectangle([2, 2, 9, 9])]))).toThrow(WRONG);
    expect(() => combine(detections([{ ...a, trackerId: 1 }]), detections([b]))).toThrow(WRONG);
  });
});
