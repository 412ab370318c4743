import { z } from "zod";
import { StepError } from "../../base/errors.ts";
import { lazy } from "../../base/lazy.ts";
import { roundHalfEven } from "../../base/round-half-even.ts";
import type { Detection } from "../../kinds/detections.ts";
import { defineBlock } from "../contract/block.ts";
import { orRef, ref } from "../contract/fields.ts";

const length = lazy(() => orRef(z.number().positive(), "float"));

export const distanceMeasurementV1 = defineBlock({
  type: "roboflow_core/distance_measurement@v1",
  category: "analytics",
  summary: "Measures the gap between an object of one class and one of another, along an axis of the picture.",
  inputs: () =>
    z.object({
      predictions: ref("object_detection_prediction", "instance_segmentation_prediction").describe(
        "Objects of all classes.",
      ),
      object_1_class_name: z.string().describe("Class of the first object."),
      object_2_class_name: z.string().describe("Class of the second object."),
      reference_axis: z
        .enum(["horizontal", "vertical"])
        .describe("Direction of the gap; objects beside each other have none."),
      calibration_method: z
        .enum(["reference object", "pixel to centimeter"])
        .describe("Where the scale comes from: an object of known size in the picture, or pixel_ratio."),
      reference_object_class_name: orRef(z.string(), "string")
        .default("reference-object")
        .describe("Class of that object."),
      reference_width: length().default(2.5).describe("Its width in centimeters."),
      reference_height: length().default(2.5).describe("Its height in centimeters."),
      pixel_ratio: orRef(z.number().positive(), "float").default(100).describe("Pixels of a centimeter."),
    }),
  outputs: { distance_cm: "integer", distance_pixel: "integer" },
  example: {
    predictions: "$steps.detect.predictions",
    object_1_class_name: "person",
    object_2_class_name: "car",
    reference_axis: "horizontal",
    calibration_method: "pixel to centimeter",
    pixel_ratio: 8,
  },
  run: (inputs, { step }) => {
    const items = inputs.predictions.items.map((item) => ({ class: item.class, box: wholePixels(item.box) }));
    const boxes = pairOf(items, [inputs.object_1_class_name, inputs.object_2_class_name], step);
    const pixels = gap(...boxes, inputs.reference_axis);
    if (pixels === null) return { distance_cm: 0, distance_pixel: 0 };
    return { distance_cm: pixels / pixelsOfCentimeter(items, inputs, step), distance_pixel: pixels };
  },
});

type Box = readonly [number, number, number, number];
type Item = { class: string; box: Box };

function wholePixels(box: Detection["box"]): Box {
  return box.map(roundHalfEven) as unknown as Box;
}

/** Of each class the last object before both are found, as in the reference. */
function pairOf(items: readonly Item[], names: readonly [string, string], step: string): [Box, Box] {
  const found: [Box | null, Box | null] = [null, null];
  for (const item of items) {
    if (item.class === names[0]) found[0] = item.box;
    else if (item.class === names[1]) found[1] = item.box;
    if (found[0] !== null && found[1] !== null) return [found[0], found[1]];
  }
  throw wrong(step, `there is no object of class "${found[0] === null ? names[0] : names[1]}" to measure a gap to`);
}

/** Pixels between two boxes along an axis, null where they touch or lie beside each other. */
function gap(a: Box, b: Box, axis: "horizontal" | "vertical"): number | null {
  const [start, end] = axis === "horizontal" ? ([0, 2] as const) : ([1, 3] as const);
  const isApart = a[2] < b[0] || b[2] < a[0] || a[3] < b[1] || b[3] < a[1];
  const isBeside = a[start] < b[end] && a[end] > b[start];
  if (!isApart || isBeside) return null;
  return b[start] > a[end] ? b[start] - a[end] : Math.abs(a[start] - b[end]);
}

interface Scale {
  calibration_method: string;
  reference_object_class_name: string;
  reference_width: number;
  reference_height: number;
  pixel_ratio: number;
}

function pixelsOfCentimeter(items: readonly Item[], scale: Scale, step: string): number {
  if (scale.calibration_method !== "reference object") {
    if (scale.pixel_ratio > 0) return scale.pixel_ratio;
    throw wrong(step, `pixel_ratio is ${scale.pixel_ratio}, expected a number above 0`);
  }
  const { reference_object_class_name: name, reference_width: width, reference_height: height } = scale;
  const box = items.find((item) => item.class === name)?.box;
  if (box === undefined) throw wrong(step, `there is no object of class "${name}", whose size gives the scale`);
  if (width > 0 && height > 0) return ((box[2] - box[0]) / width + (box[3] - box[1]) / height) / 2;
  throw wrong(step, `reference_width and reference_height are ${width} and ${height}, expected numbers above 0`);
}

function wrong(step: string, what: string): StepError {
  return new StepError("STEP_INPUT", `step "${step}": ${what}`, { step });
}
