import { describe, expect, it } from "vitest";
import { boundingRectV1 } from "../../../src/blocks/transformation/planes/bounding-rect.ts";
import { dynamicZoneV1 } from "../../../src/blocks/transformation/planes/dynamic-zone.ts";
import { halfPrecision } from "../../../src/blocks/transformation/planes/half-precision.ts";
import { perspectiveCorrectionV1 } from "../../../src/blocks/transformation/planes/perspective-correction.ts";
import type { Detection, Detections } from "../../../src/kinds/detections.ts";
import type { Image } from "../../../src/kinds/image.ts";
import { maskOfPolygon } from "../../../src/kinds/polygon-mask.ts";
import { serialiseDetections } from "../../../src/kinds/serialise.ts";
import { openStep } from "../../query/run.ts";
import { detection, detections, picture } from "../values.ts";

type Points = readonly (readonly [number, number])[];

function covering(points: Points, changes: Partial<Detection> = {}): Detection {
  return detection([0, 0, 10, 10], { mask: maskOfPolygon(points, { width: 160, height: 120 }), ...changes });
}

const EMPTY = covering([[200, 200], [210, 200], [210, 210]]); // biome-ignore format: corners
const leaning: Points = [[60, 20], [100, 30], [90, 70], [55, 60]]; // biome-ignore format: corners

describe("bounding_rect", () => {
  const rectangles = (items: Detection[]) => {
    const step = openStep(boundingRectV1, {});
    return (step({ predictions: detections(items, 160, 120) }) as { detections_with_rect: Detections })
      .detections_with_rect;
  };

  it("puts the smallest rectangle in place of the mask, and leaves out what covers nothing", () => {
    const found = rectangles([covering([[10, 10], [50, 10], [50, 40], [10, 40]]), EMPTY]); // biome-ignore format: corners
    expect(serialiseDetections(found)["predictions"]).toMatchObject([
      { x: 30, y: 25, width: 30, height: 40, angle: 90, rect: [[10, 10], [50, 10], [50, 40], [10, 40]] }, // biome-ignore format: corners
    ]);
    expect(rectangles([])).toMatchObject({ items: [], width: 160 });
  });

  it("needs masks", () => {
    expect(() => rectangles([detection([0, 0, 5, 5])])).toThrow(expect.objectContaining({ code: "STEP_NO_MASKS" }));
  });

  it("tells measures in half precision", () => {
    expect([41.4768, 14.0362, -7.7773, 0, 2049, 1 / 3].map(halfPrecision)).toEqual([41.46875, 14.0390625, -7.77734375, 0, 2048, 0.333251953125]); // biome-ignore format: numbers
  });
});

describe("dynamic_zone", () => {
  const zones = (items: Detection[], literals: Record<string, unknown> = {}) => {
    const step = openStep(dynamicZoneV1, { required_number_of_vertices: 4, ...literals });
    return step({ predictions: detections(items, 160, 120) }) as {
      zones: Points[];
      predictions: Detections | null;
      simplification_converged: boolean;
    };
  };

  it("makes a polygon with the corners asked for out of each mask", () => {
    const { zones: found, predictions, simplification_converged } = zones([covering(leaning), EMPTY]);
    expect(found).toEqual([[[60, 20], [55, 60], [90, 70], [100, 30]]]); // biome-ignore format: corners
    expect(simplification_converged).toBe(true);
    expect(serialiseDetections(predictions!)["predictions"]).toMatchObject([
      { points: [{ x: 60, y: 20 }, { x: 55 }, { x: 90 }, { x: 100 }] },
    ]);
  });

  it("repeats the last corner, and says so, where the shape has not so many", () => {
    expect(zones([covering([[10, 10], [50, 10], [50, 40], [10, 40]])], { required_number_of_vertices: 5 })).toMatchObject({
      zones: [[[10, 10], [10, 40], [50, 40], [50, 10], [50, 10]]],
      simplification_converged: false,
    }); // biome-ignore format: corners
  });

  it("grows around the middle, and beyond the picture if need be", () => {
    const [zone] = zones([covering([[0, 0], [20, 0], [20, 20], [0, 20]])], { scale_ratio: 2 }).zones; // biome-ignore format: corners
    expect(zone).toEqual([[-10, -10], [-10, 30], [30, 30], [30, -10]]); // biome-ignore format: corners
  });

  it("lays sides through the outline by least squares, upright ones too", () => {
    const dented: Points = [[10, 10], [10, 60], [70, 60], [70, 10], [42, 10], [40, 16], [38, 10]]; // biome-ignore format: corners
    const [zone = []] = zones([covering(dented)], { apply_least_squares: true }).zones;
    expect(zone.map(([x]) => x)).toEqual([10, 10, 70, 70]);
    expect(Math.min(...zone.map(([, y]) => y))).toBeGreaterThan(10);
    const [middle = []] = zones([covering(dented)], { apply_least_squares: true, midpoint_fraction: 0.1 }).zones;
    expect(Math.min(...middle.map(([, y]) => y))).toBeGreaterThan(11);
  });

  it("gives nothing of detections without masks", () => {
    expect(zones([detection([0, 0, 5, 5])])).toEqual({ zones: [], predictions: null, simplification_converged: false });
  });
});

describe("perspective_correction", () => {
  const plane: Points = [[40, 20], [120, 20], [150, 110], [10, 110]]; // biome-ignore format: corners
  const straighten = (
    elements: { images: Image; predictions?: Detections | null; perspective_polygons?: unknown }[],
    literals: Record<string, unknown> = {},
  ) => {
    const rules = {
      transformed_rect_width: 100,
      transformed_rect_height: 80,
      extend_perspective_polygon_by_detections_anchor: "",
      warp_image: false,
    };
    const inputs = elements.map((element) => ({
      predictions: null,
      perspective_polygons: plane,
      ...rules,
      ...literals,
      ...element,
    }));
    const pixels = { view: viewOf, copy: (image: Image) => viewOf(image).rgb };
    const contexts = inputs.map(() => ({
      step: "step",
      source: "",
      state: undefined,
      prepared: undefined,
      init: {},
      services: { pixels },
    }));
    return perspectiveCorrectionV1.runMany?.(inputs, contexts as never) as Record<string, unknown>[];
  };
  const image = picture(160, 120);

  it("maps boxes and key points whatever corner the polygon begins with", () => {
    const keypoints = [{ x: 40, y: 20, class: "nose", classId: 0, confidence: 1 }];
    const predictions = detections([detection([30, 25, 50, 35], { keypoints })], 160, 120);
    for (const polygon of [plane, [...plane].reverse(), [...plane.slice(2), ...plane.slice(0, 2)]]) {
      const [result] = straighten([{ images: image, predictions, perspective_polygons: polygon }]);
      const [item] = correctedIn(result);
      expect(item?.box).toEqual([-10, 7, 16, 20]);
      expect(item?.keypoints).toMatchObject([{ x: 0, y: 0 }]);
    }
  });

  it("grows the plane until a point of each detection lies in it", () => {
    const predictions = detections([detection([-10, 60, 20, 70]), detection([150, 100, 158, 118])], 160, 120);
    const [plain] = straighten([{ images: image, predictions }]);
    const [grown] = straighten([{ images: image, predictions }], {
      extend_perspective_polygon_by_detections_anchor: "BOTTOM_CENTER",
    });
    const [all] = straighten([{ images: image, predictions }], {
      extend_perspective_polygon_by_detections_anchor: "ALL",
    });
    const sizes = [plain, grown, all].map((result) => [
      result?.["extended_transformed_rect_width"],
      result?.["extended_transformed_rect_height"],
    ]);
    expect(sizes[0]).toEqual([100, 80]);
    expect(Number(sizes[1]?.[0])).toBeGreaterThan(100);
    expect(Number(sizes[2]?.[0])).toBeGreaterThan(Number(sizes[1]?.[0]));
    for (const { box } of correctedIn(all)) {
      expect(Math.min(...box)).toBeGreaterThanOrEqual(-2);
    }
    expect(() =>
      straighten([{ images: image, predictions }], { extend_perspective_polygon_by_detections_anchor: "NOSE" }),
    ).toThrow(expect.objectContaining({ code: "STEP_INPUT" }));
  });

  it("gives the straight view of the picture when asked", () => {
    const [result] = straighten([{ images: image }], { warp_image: true });
    expect(result).toMatchObject({
      corrected_coordinates: null,
      warped_image: { width: 100, height: 80, parentId: "camera" },
    });
    expect(straighten([{ images: image }])[0]?.["warped_image"]).toBe(image);
  });

  it("takes the largest of several polygons, or one for each picture", () => {
    const small: Points = [[0, 0], [10, 0], [10, 10], [0, 10]]; // biome-ignore format: corners
    const predictions = detections([detection([0, 0, 10, 10])], 160, 120);
    const boxes = (results: Record<string, unknown>[]) => results.map((result) => correctedIn(result)[0]?.box);
    const own = boxes(straighten([{ images: image, predictions, perspective_polygons: [small, plane] }]));
    expect(own).toEqual(boxes(straighten([{ images: image, predictions }])));
    const shared = [small, plane];
    const each = straighten([
      { images: image, predictions, perspective_polygons: shared },
      { images: image, predictions, perspective_polygons: shared },
    ]);
    expect(boxes(each)).toEqual([[0, 0, 99, 79], own[0]]);
  });

  it("refuses what is no plane", () => {
    for (const perspective_polygons of [
      [],
      [
        [0, 0],
        [10, 0],
        [10, 10],
      ],
      [
        [0, 0],
        [5, 0],
        [10, 0],
        [20, 0],
      ],
    ]) {
      // biome-ignore format: corners
      expect(() => straighten([{ images: image, perspective_polygons }])).toThrow(expect.objectContaining({ code: "STEP_BAD_ZONE" }));
    }
  });
});

function correctedIn(result: Record<string, unknown> | undefined): Detection[] {
  return (result?.["corrected_coordinates"] as Detections | undefined)?.items ?? [];
}

function viewOf(image: Image) {
  const { width, height, pixels } = image;
  return { rgb: pixels.type === "owned" ? pixels.rgb : new Uint8Array(), stride: width * 3, width, height };
}
