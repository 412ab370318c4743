import { randomUUID } from "node:crypto";
import { z } from "zod";
import type { Detection, Detections } from "./detections.ts";
import type { RootPlacement } from "./image.ts";
import { expected, NUMBER, ORIGIN, SIZE, TEXT, WHOLE } from "./wire-fields.ts";

const Prediction = z.looseObject(
  {
    x: NUMBER,
    y: NUMBER,
    width: NUMBER,
    height: NUMBER,
    confidence: NUMBER,
    class: TEXT,
    class_id: WHOLE,
    detection_id: TEXT.optional(),
    parent_id: TEXT.optional(),
    tracker_id: WHOLE.nullish(),
    time_in_zone: NUMBER.nullish(),
    parent_origin: ORIGIN.optional(),
    root_parent_id: TEXT.optional(),
    root_parent_origin: ORIGIN.optional(),
  },
  expected("an object with x, y, width, height, confidence, class and class_id"),
);

type Prediction = z.output<typeof Prediction>;

/** Detections as JSON; fields that every detection may have beside the usual ones are kept by their names. */
export const WIRE_DETECTIONS = z
  .looseObject(
    {
      image: z.looseObject({ width: SIZE, height: SIZE }, expected("an object with width and height")),
      predictions: z.array(Prediction, expected("a list of detections")),
      inference_id: TEXT.nullish(),
    },
    expected("an object with image and predictions"),
  )
  .refine(({ image, predictions }) => predictions.length === 0 || (image.width !== null && image.height !== null), {
    path: ["image"],
    error: "has no width and height, though there are detections",
  })
  .transform(({ image, predictions, inference_id }): Detections => {
    const [first] = predictions;
    const size = { width: image.width ?? 0, height: image.height ?? 0 };
    const container = { kind: "detections", items: predictions.map(detection), ...size } as const;
    return { ...container, ...placement(first, size), ...(inference_id ? { inferenceId: inference_id } : {}) };
  });

function detection(prediction: Prediction): Detection {
  const { x, y, width, height, confidence, class: name, class_id, detection_id, parent_id: _, ...rest } = prediction;
  const { tracker_id, time_in_zone, parent_origin: _1, root_parent_id: _2, root_parent_origin: _3, ...data } = rest;
  const [left, top] = [x - width / 2, y - height / 2];
  return {
    box: [left, top, left + width, top + height],
    confidence,
    class: name,
    classId: class_id,
    detectionId: detection_id ?? randomUUID(),
    ...(tracker_id === undefined || tracker_id === null ? {} : { trackerId: tracker_id }),
    ...(time_in_zone === undefined || time_in_zone === null ? {} : { timeInZone: time_in_zone }),
    ...(Object.keys(data).length === 0 ? {} : { data }),
  };
}

/** Detections of one image name it alike, so the first tells for all. */
function placement(first: Prediction | undefined, size: { width: number; height: number }) {
  const parentId = first?.parent_id ?? "";
  const rootId = first?.root_parent_id ?? parentId;
  const whole: RootPlacement = { id: parentId, ...size, offsetX: 0, offsetY: 0 };
  const root = first?.root_parent_origin === undefined ? whole : { id: rootId, ...first.root_parent_origin };
  const parent = first?.parent_origin === undefined ? null : { id: rootId, ...first.parent_origin };
  return { parentId, parent, root };
}
