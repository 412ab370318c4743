import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Detection, Detections } from "../../src/kinds/detections.ts";
import type { Operands } from "../../src/query/operation.ts";
import { compileOperations } from "../../src/query/query.ts";
import { detection, detectionsOf, imageOf } from "./run.ts";

function apply(operation: Record<string, unknown>, value: unknown, operands: Operands = {}): unknown {
  return compileOperations([operation])(value, operands);
}

function itemsOf(operation: Record<string, unknown>, value: Detections, operands: Operands = {}): Detection[] {
  return (apply(operation, value, operands) as Detections).items;
}

const a = detection({ detectionId: "a", box: [0.5, 1.5, 10, 20], confidence: 0.9, trackerId: 4 });
const b = detection({ detectionId: "b", box: [30, 5, 35, 10], confidence: 0.3, class: "bus", classId: 5 });
const c = detection({ detectionId: "c", box: [5, 5, 9, 9], confidence: 0.9, class: "dog", classId: 7 });
const all = detectionsOf(a, b, c);

describe("operations on detections", () => {
  it.each([
    ["confidence", [0.9, 0.3, 0.9]],
    ["class_name", ["car", "bus", "dog"]],
    ["class_id", [2, 5, 7]],
    ["x_min", [0.5, 30, 5]],
    ["y_max", [20, 10, 9]],
    ["size", [175.75, 25, 16]],
    [
      "center",
      [
        [5, 11],
        [32, 8],
        [7, 7],
      ],
    ],
    [
      "top_left",
      [
        [0, 2],
        [30, 5],
        [5, 5],
      ],
    ],
    [
      "bottom_right",
      [
        [10, 20],
        [35, 10],
        [9, 9],
      ],
    ],
    [
      "image_dimensions",
      [
        [480, 640],
        [480, 640],
        [480, 640],
      ],
    ],
  ])("the list of %s", (property_name, expected) => {
    expect(apply({ type: "DetectionsPropertyExtract", property_name }, all)).toEqual(expected);
  });

  it.each([
    ["center", [5.25, 10.75]],
    ["top_right", [10, 1.5]],
    ["bottom_left", [0.5, 20]],
    ["tracker_id", 4],
    ["time_in_zone", null],
    ["velocity", null],
  ])("%s of one detection is exact, and null where it is missing", (property_name, expected) => {
    expect(apply({ type: "ExtractDetectionProperty", property_name }, a)).toEqual(expected);
  });

  it("the list form reads tracker ids and added data, and fails where one is missing", () => {
    const operation = { type: "DetectionsPropertyExtract", property_name: "tracker_id" };
    expect(apply(operation, detectionsOf(a))).toEqual([4]);
    expect(apply(operation, detectionsOf())).toEqual([]);
    expect(() => apply(operation, all)).toThrow("DetectionsPropertyExtract: detection b carries no tracker_id");
    const speedy = detectionsOf(detection({ data: { speed: 3 } }));
    expect(apply({ type: "DetectionsPropertyExtract", property_name: "speed" }, speedy)).toEqual([3]);
  });

  it("single detections know the size of their image inside a filter and a sequence", () => {
    const dimensions = { type: "ExtractDetectionProperty", property_name: "image_dimensions" };
    const sizes = apply({ type: "SequenceApply", operations: [dimensions] }, all);
    expect(sizes).toEqual([
      [480, 640],
      [480, 640],
      [480, 640],
    ]);
  });

  it.each([
    ["left_most", "a"],
    ["right_most", "b"],
    ["top_confidence", "a"],
    ["first", "a"],
    ["last", "c"],
  ])("selects the %s", (mode, expected) => {
    const operation = { type: "DetectionsSelection", mode };
    expect(itemsOf(operation, all).map((item) => item.detectionId)).toEqual([expected]);
    expect(itemsOf(operation, detectionsOf())).toEqual([]);
  });

  it.each([
    ["confidence", true, "bac"],
    ["confidence", false, "cab"],
    ["x_min", true, "acb"],
    ["size", true, "cba"],
    ["center_y", false, "abc"],
  ])("sorts by %s, ascending: %s", (mode, ascending, expected) => {
    const sorted = itemsOf({ type: "SortDetections", mode, ascending }, all);
    expect(sorted.map((item) => item.detectionId).join("")).toBe(expected);
  });

  it("offsets grow boxes by half on each side and shifts move them, beyond the image too", () => {
    expect(itemsOf({ type: "DetectionsOffset", offset_x: 4, offset_y: 3 }, detectionsOf(b))[0]?.box).toEqual([
      28, 3.5, 37, 11.5,
    ]);
    expect(itemsOf({ type: "DetectionsShift", shift_x: -40, shift_y: 2 }, detectionsOf(b))[0]?.box).toEqual([
      -10, 7, -5, 12,
    ]);
    expect(b.box).toEqual([30, 5, 35, 10]);
  });

  it("renames strictly: ids count the new names in alphabetical order", () => {
    const class_map = { car: "vehicle", bus: "vehicle", dog: "animal" };
    const renamed = itemsOf({ type: "DetectionsRename", class_map }, all);
    expect(renamed.map((item) => [item.class, item.classId])).toEqual([
      ["vehicle", 1],
      ["vehicle", 1],
      ["animal", 0],
    ]);
    expect(() => itemsOf({ type: "DetectionsRename", class_map: { car: "x" } }, all)).toThrow(
      'DetectionsRename: class "bus" is not in the class map',
    );
  });

  it("renames loosely: known names keep their ids, new names start at the offset", () => {
    const operation = { type: "DetectionsRename", class_map: "names", strict: "exact", new_classes_id_offset: 100 };
    const operands = { names: { car: "van", bus: "dog", cat: "ape" }, exact: false };
    const renamed = itemsOf(operation, all, operands);
    expect(renamed.map((item) => [item.class, item.classId])).toEqual([
      ["van", 101],
      ["dog", 7],
      ["dog", 7],
    ]);
    expect(() => itemsOf(operation, all, { names: {} })).toThrow('DetectionsRename: there is no parameter "exact"');
    expect(() => itemsOf(operation, all, { names: 3, exact: true })).toThrow(
      "DetectionsRename: expected a dictionary of class names, got the number 3",
    );
  });

  it("picks a class and what is centred in its boxes", () => {
    const picked = itemsOf({ type: "PickDetectionsByParentClass", parent_class: "car" }, detectionsOf(c, b, a));
    expect(picked.map((item) => item.detectionId)).toEqual(["a", "c"]);
    expect(itemsOf({ type: "PickDetectionsByParentClass", parent_class: "tram" }, all)).toEqual([]);
  });

  it("sequence operations take detections", () => {
    expect(apply({ type: "SequenceLength" }, all)).toBe(3);
    expect(itemsOf({ type: "SequenceAggregate", mode: "last" }, all)).toEqual([c]);
    expect(apply({ type: "ToBoolean" }, detectionsOf())).toBe(false);
  });

  it("refuses other values", () => {
    const types = ["DetectionsToDictionary", "DetectionsShift", "SortDetections"];
    const operations = types.map((type) => ({ type, mode: "size", shift_x: 1, shift_y: 1 }));
    for (const operation of operations)
      expect(() => apply(operation, [a])).toThrow("expected detections, got a list of 1");
  });
});

describe("operations on images", () => {
  const video = {
    videoIdentifier: "camera",
    frameNumber: 51,
    frameTimestamp: 5000,
    fps: 25,
    measuredFps: null,
    comesFromVideoFile: true,
  };
  it.each([
    ["size", 8],
    ["height", 2],
    ["width", 4],
    ["aspect_ratio", 2],
  ])("extracts %s", (property_name, expected) => {
    expect(apply({ type: "ExtractImageProperty", property_name }, imageOf())).toBe(expected);
  });

  it.each([
    ["frame_number", 51],
    ["frame_timestamp", new Date(5000)],
    ["seconds_since_start", 2],
  ])("extracts %s of its frame", (property_name, expected) => {
    expect(apply({ type: "ExtractFrameMetadata", property_name }, imageOf({ video }))).toEqual(expected);
  });

  it("takes a picture of no video for frame 0 of one", () => {
    expect(apply({ type: "ExtractFrameMetadata", property_name: "frame_number" }, imageOf())).toBe(0);
  });

  it("needs a frame rate where seconds are asked for", () => {
    const operation = { type: "ExtractFrameMetadata", property_name: "seconds_since_start" };
    const unpaced = imageOf({ video: { ...video, fps: null } });
    expect(() => apply(operation, unpaced)).toThrow("ExtractFrameMetadata: the frame rate of the video is unknown");
  });
});

describe("rules of detections", () => {
  const item = fc.record({
    box: fc.tuple(fc.integer(), fc.integer(), fc.integer(), fc.integer()),
    confidence: fc.double({ min: 0, max: 1, noNaN: true }),
    class: fc.constantFrom("car", "bus"),
    classId: fc.nat(3),
    detectionId: fc.uuid(),
  });
  const some = fc.array(item, { maxLength: 8 }).map((items) => detectionsOf(...items));
  const isConfident = {
    type: "DetectionsFilter",
    filter_operation: {
      type: "StatementGroup",
      statements: [
        {
          type: "BinaryStatement",
          left_operand: {
            type: "DynamicOperand",
            operations: [{ type: "ExtractDetectionProperty", property_name: "confidence" }],
          },
          comparator: { type: "(Number) >=" },
          right_operand: { type: "DynamicOperand", operand_name: "limit" },
        },
      ],
    },
  };

  it("a filter keeps order, keeps exactly what holds, and changes nothing when applied again", () => {
    const filter = compileOperations([isConfident]);
    fc.assert(
      fc.property(some, fc.double({ min: 0, max: 1, noNaN: true }), (detections, limit) => {
        const kept = filter(detections, { limit }) as Detections;
        expect(kept.items).toEqual(detections.items.filter(({ confidence }) => confidence >= limit));
        expect(filter(kept, { limit })).toEqual(kept);
      }),
    );
  });

  it("sorting gives a permutation in order", () => {
    const sort = compileOperations([{ type: "SortDetections", mode: "x_min" }]);
    fc.assert(
      fc.property(some, (detections) => {
        const sorted = (sort(detections, {}) as Detections).items;
        expect(new Set(sorted)).toEqual(new Set(detections.items));
        for (const [i, next] of sorted.entries())
          expect(next.box[0] >= (sorted[i - 1]?.box[0] ?? -Infinity)).toBe(true);
      }),
    );
  });

  it("a slice equals what stepping through the positions finds", () => {
    const text = fc.string({ unit: fc.constantFrom("a", "b", "é", "😀"), maxLength: 6 });
    const position = fc.integer({ min: -8, max: 8 });
    fc.assert(
      fc.property(text, position, position, (value, start, end) => {
        const letters = [...value];
        const from = start < 0 ? start + letters.length : start;
        const to = end < 0 ? end + letters.length : end;
        const expected = letters.filter((_, i) => i >= from && i < to).join("");
        expect(apply({ type: "StringSubSequence", start, end }, value)).toBe(expected);
      }),
    );
  });

  it("rounding is nearest, and even where two are", () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e6, max: 1e6 }), (units) => {
        const rounded = apply({ type: "NumberRound", decimal_digits: 0 }, units + 0.5) as number;
        expect(Math.abs(rounded - units - 0.5)).toBe(0.5);
        expect(Math.abs(rounded % 2)).toBe(0);
      }),
    );
  });
});
