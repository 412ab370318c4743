import { describe, expect, it } from "vitest";
import { distanceMeasurementV1 } from "../../../src/blocks/analytics/distance-measurement.ts";
import { geotagDetectionV1 } from "../../../src/blocks/analytics/geotag-detection.ts";
import { maskAreaMeasurementV1 } from "../../../src/blocks/analytics/mask-area-measurement.ts";
import { overlapV1 } from "../../../src/blocks/analytics/overlap.ts";
import { overlapAnalysisV1 } from "../../../src/blocks/analytics/overlap-analysis.ts";
import { sizeMeasurementV1 } from "../../../src/blocks/analytics/size-measurement.ts";
import type { Block } from "../../../src/blocks/contract/block.ts";
import type { Detection, Detections } from "../../../src/kinds/detections.ts";
import { maskOfPolygon } from "../../../src/kinds/polygon-mask.ts";
import { openStep } from "../../query/run.ts";
import { detection, detections, picture } from "../values.ts";

type Points = readonly (readonly [number, number])[];

function covering(points: Points, changes: Partial<Detection> = {}): Detection {
  return detection([0, 0, 10, 10], { mask: maskOfPolygon(points, { width: 1280, height: 720 }), ...changes });
}

function run(block: Block, literals: Record<string, unknown>, data: Record<string, unknown>): Record<string, unknown> {
  return openStep(block, literals)(data) as Record<string, unknown>;
}

const STEP_INPUT = expect.objectContaining({ code: "STEP_INPUT" });
const square: Points = [[10, 10], [50, 10], [50, 40], [10, 40]]; // biome-ignore format: corners

describe("mask_area_measurement", () => {
  it("counts the pixels of masks, and takes the box where there is none", () => {
    const items = [covering(square), detection([0, 0, 20, 10])];
    const { predictions } = run(maskAreaMeasurementV1, { pixels_per_unit: 2 }, { predictions: detections(items) });
    expect((predictions as Detections).items.map(({ data }) => data)).toEqual([
      { area_px: 41 * 31, area_converted: (41 * 31) / 4 },
      { area_px: 200, area_converted: 50 },
    ]);
    const plain = run(maskAreaMeasurementV1, { pixels_per_unit: 0 }, { predictions: detections([items[1]!]) });
    expect((plain["predictions"] as Detections).items[0]?.data).toMatchObject({ area_converted: 200 });
  });
});

describe("overlap", () => {
  const items = [
    detection([0, 0, 40, 40], { class: "pallet" }),
    detection([35, 35, 44, 44]),
    detection([40, 0, 50, 9]),
    detection([60, 0, 70, 9]),
  ];
  const kept = (overlap_type: string) => {
    const { overlaps } = run(
      overlapV1,
      { overlap_type, overlap_class_name: "pallet" },
      { predictions: detections(items) },
    );
    return (overlaps as Detections).items.map((item) => items.indexOf(item));
  };

  it("keeps what has its middle, or any part, in a box of the class", () => {
    expect(kept("Center Overlap")).toEqual([1]);
    expect(kept("Any Overlap")).toEqual([1, 2]);
  });
});

describe("overlap_analysis", () => {
  const pairs = async (reference: Detection[], candidate: Detection[], min_overlap = 0.1) => {
    const data = { reference_predictions: detections(reference), candidate_predictions: detections(candidate) };
    const { overlaps } = await run(overlapAnalysisV1, { min_overlap }, data);
    return (overlaps as { overlap_ratio: number }[]).map((pair) => pair.overlap_ratio);
  };

  it("tells how much of the first object the other covers", async () => {
    expect(await pairs([detection([0, 0, 10, 10])], [detection([5, 0, 30, 10]), detection([9.5, 0, 30, 10])])).toEqual([
      0.5,
    ]);
    expect(await pairs([detection([0, 0, 10, 10])], [detection([10, 0, 30, 10])], 0)).toEqual([]);
    expect(await pairs([], [])).toEqual([]);
  });

  it("measures masks by their outlines", async () => {
    const triangle = covering([[0, 0], [100, 0], [0, 100]], { box: [0, 0, 100, 100] }); // biome-ignore format: corners
    expect((await pairs([triangle], [detection([0, 0, 50, 50])]))[0]).toBeCloseTo(0.5, 2);
    expect(await pairs([detection([0, 0, 0, 0])], [triangle], 0)).toEqual([]);
  });

  it("takes thousands of objects", async () => {
    const many = Array.from({ length: 3000 }, (_, i) => detection([i * 10, 0, i * 10 + 10, 10]));
    expect(await pairs(many, many)).toHaveLength(3000);
  });
});

describe("distance_measurement", () => {
  const items = [
    detection([20, 20, 40, 30], { class: "car" }),
    detection([80.4, 20, 100, 60], { class: "dog" }),
    detection([0, 90, 10, 110], { class: "reference-object" }),
  ];
  const measure = (literals: Record<string, unknown>, found = items) => {
    const names = { object_1_class_name: "car", object_2_class_name: "dog", reference_axis: "horizontal" };
    return run(
      distanceMeasurementV1,
      { ...names, calibration_method: "pixel to centimeter", ...literals },
      { predictions: detections(found) },
    );
  };

  it("tells the gap by a scale, or by an object of known size", () => {
    expect(measure({ pixel_ratio: 8 })).toEqual({ distance_cm: 5, distance_pixel: 40 });
    expect(measure({ calibration_method: "reference object" })).toEqual({ distance_cm: 40 / 6, distance_pixel: 40 });
  });

  it("is 0 where objects touch or lie beside each other", () => {
    expect(measure({ reference_axis: "vertical" })).toEqual({ distance_cm: 0, distance_pixel: 0 });
    expect(measure({}, [items[0]!, { ...items[1]!, box: [40, 20, 60, 40] }])).toEqual({
      distance_cm: 0,
      distance_pixel: 0,
    });
  });

  it("says which object is missing", () => {
    expect(() => measure({}, [items[0]!])).toThrow(
      expect.objectContaining({ message: expect.stringContaining('class "dog"') }),
    );
    expect(() => measure({ calibration_method: "reference object" }, items.slice(0, 2))).toThrow(STEP_INPUT);
    expect(() => measure({ calibration_method: "reference object", reference_width: 0 })).toThrow(/>0/);
  });
});

describe("size_measurement", () => {
  const sizes = (
    object_predictions: Detections,
    reference_predictions: unknown,
    reference_dimensions: unknown = [2.5, 2.5],
  ) => {
    return run(sizeMeasurementV1, {}, { object_predictions, reference_predictions, reference_dimensions })[
      "dimensions"
    ];
  };
  const coin = detections([detection([0, 0, 20, 40], { confidence: 0.5 }), detection([0, 0, 10, 10])]);

  it("scales boxes by the surest object of known size, or by a polygon", () => {
    const box = detections([detection([0, 0, 20, 10]), detection([5, 5, 5, 5])]);
    const expected = [{ width: 5, height: 2.5, longer: 5, shorter: 2.5 }, null];
    expect(sizes(box, coin)).toEqual(expected);
    expect(sizes(box, [[10, 10], [30, 10], [30, 50], [10, 50]], "5, 10")).toEqual(expected); // biome-ignore format: corners
  });

  it("measures masks along the sides of the smallest rectangle around them", () => {
    const turned = covering([[100, 50], [150, 100], [130, 120], [80, 70]]); // biome-ignore format: corners
    const [size] = sizes(detections([turned]), coin, [10, 10]) as [{ longer: number; shorter: number }];
    expect(size.longer).toBeCloseTo(Math.hypot(50, 50), 0);
    expect(size.shorter).toBeCloseTo(Math.hypot(20, 20), 0);
  });

  it("is null without an object of known size, and refuses dimensions that are none", () => {
    expect(sizes(coin, detections([]))).toBeNull();
    expect(sizes(coin, [[1, 1]])).toBeNull();
    expect(() => sizes(coin, coin, "5.0")).toThrow(STEP_INPUT);
    expect(() => sizes(coin, coin, "5,")).toThrow(STEP_INPUT);
  });
});

describe("geotag_detection", () => {
  const image = picture(200, 100);
  const place = (item: Detection, pose: Record<string, number> = {}) => {
    const at = { latitude: 60, longitude: 10, altitude: 100, horizontal_fov: 90, ...pose };
    const { geo_detections } = run(geotagDetectionV1, at, { image, predictions: detections([item], 200, 100) });
    const [{ lat, lon }] = geo_detections as [{ lat: number; lon: number }];
    return [lat, lon];
  };

  it("is the camera's place in the middle, and to the north above it", () => {
    expect(place(detection([90, 40, 110, 60]))).toEqual([60, 10]);
    expect(place(detection([90, -10, 110, 10]))).toEqual([60 + Math.round((50 / 111_320) * 1e7) / 1e7, 10]);
    const [lat, lon] = place(detection([190, 40, 210, 60]));
    expect([lat, lon]).toEqual([60, Math.round((10 + 100 / 55_660) * 1e7) / 1e7]);
  });

  it("turns with the heading, and knows nothing more on the ground", () => {
    expect(place(detection([90, -10, 110, 10]), { heading: 90 })[0]).toBeCloseTo(60, 9);
    expect(place(detection([90, -10, 110, 10]), { altitude: 0 })).toEqual([60, 10]);
  });
});
