import { randomUUID } from "node:crypto";
import { z } from "zod";
import { lazy } from "../base/lazy.ts";
import type { Detection, Detections, KeyPoint } from "./detections.ts";
import type { RootPlacement } from "./image.ts";
import { expected, NUMBER, ORIGIN, SIZE, TEXT, WHOLE } from "./json-fields.ts";
import { clipMask, type Mask, MOST_PIXELS } from "./mask.ts";
import { maskOfPolygon } from "./polygon-mask.ts";
import { readRle } from "./rle.ts";

const POINT = lazy(() => z.looseObject({ x: NUMBER(), y: NUMBER() }, expected("a point such as {x, y}")));
const PAIR = lazy(() =>
  z.tuple([NUMBER(), NUMBER()], expected("a point such as {x, y}")).transform(([x, y]) => ({ x, y })),
);
const POINTS = lazy(() =>
  z.array(z.union([POINT(), PAIR()], expected("a point such as {x, y}")), expected("a list of points")),
);

const RLE = lazy(() =>
  z.unknown().transform((json, context): Mask => {
    const mask = readRle(json);
    if (mask !== null) return mask;
    context.addIssue({ code: "custom", message: "expected run lengths of COCO, {size: [height, width], counts}" });
    return z.NEVER;
  }),
);

const KEY_POINT = lazy(() =>
  z
    .looseObject(
      { x: NUMBER(), y: NUMBER(), class: TEXT(), class_id: WHOLE(), confidence: NUMBER() },
      expected("a key point such as {x, y, class, class_id, confidence}"),
    )
    .transform(({ x, y, class: name, class_id, confidence }): KeyPoint => {
      return { x, y, class: name, classId: class_id, confidence };
    }),
);

const Prediction = lazy(() =>
  z.looseObject(
    {
      x: NUMBER(),
      y: NUMBER(),
      width: NUMBER(),
      height: NUMBER(),
      confidence: NUMBER(),
      class: TEXT(),
      class_id: WHOLE(),
      detection_id: TEXT().optional(),
      parent_id: TEXT().optional(),
      tracker_id: WHOLE().nullish(),
      time_in_zone: NUMBER().nullish(),
      parent_origin: ORIGIN().optional(),
      root_parent_id: TEXT().optional(),
      root_parent_origin: ORIGIN().optional(),
      points: POINTS().nullish(),
      rle_mask: RLE().nullish(),
      rle: RLE().nullish(),
      keypoints: z.array(KEY_POINT(), expected("a list of key points")).nullish(),
    },
    expected("an object with x, y, width, height, confidence, class and class_id"),
  ),
);

interface Size {
  width: number;
  height: number;
}

function isPaintable({ width, height }: { width: number | null; height: number | null }): boolean {
  return (width ?? 0) * (height ?? 0) <= MOST_PIXELS;
}

type Prediction = z.output<ReturnType<typeof Prediction>>;

/** Detections as JSON; fields that every detection may have beside the usual ones are kept by their names. */
export const JSON_DETECTIONS = lazy(() =>
  z
    .looseObject(
      {
        image: z.looseObject({ width: SIZE(), height: SIZE() }, expected("an object with width and height")),
        predictions: z.array(Prediction(), expected("a list of detections")),
        inference_id: TEXT().nullish(),
      },
      expected("an object with image and predictions"),
    )
    .refine(({ image, predictions }) => predictions.length === 0 || (image.width !== null && image.height !== null), {
      path: ["image"],
      error: "has no width and height, though there are detections",
    })
    .refine(({ image, predictions }) => predictions.every(({ points }) => !points) || isPaintable(image), {
      path: ["image"],
      error: "has more pixels than masks can have",
    })
    .transform(({ image, predictions, inference_id }): Detections => {
      const [first] = predictions;
      const size = { width: image.width ?? 0, height: image.height ?? 0 };
      const items = predictions.flatMap((prediction) => detection(prediction, size) ?? []);
      const container = { kind: "detections", items, ...size } as const;
      return { ...container, ...placement(first, size), ...(inference_id ? { inferenceId: inference_id } : {}) };
    }),
);

function detection(prediction: Prediction, size: Size): Detection | null {
  const { x, y, width, height, confidence, class: name, class_id, detection_id, parent_id: _, ...rest } = prediction;
  const { tracker_id, time_in_zone, parent_origin: _1, root_parent_id: _2, root_parent_origin: _3, ...more } = rest;
  const { points, rle_mask, rle, keypoints, ...data } = more;
  // As in the reference: what covers no area is no instance.
  if (!rle_mask && !rle && points && points.length < 3) return null;
  const mask = maskFrom(rle_mask ?? rle, points, size);
  const [left, top] = [x - width / 2, y - height / 2];
  return {
    box: [left, top, left + width, top + height],
    confidence,
    class: name,
    classId: class_id,
    detectionId: detection_id ?? randomUUID(),
    ...(tracker_id === undefined || tracker_id === null ? {} : { trackerId: tracker_id }),
    ...(time_in_zone === undefined || time_in_zone === null ? {} : { timeInZone: time_in_zone }),
    ...(mask === null ? {} : { mask }),
    ...(keypoints === undefined || keypoints === null ? {} : { keypoints }),
    ...(Object.keys(data).length === 0 ? {} : { data }),
  };
}

function maskFrom(rle: Mask | null | undefined, points: Prediction["points"], size: Size): Mask | null {
  if (rle) return clipMask(rle, { x: 0, y: 0, ...size });
  if (!points) return null;
  const corners = points.map((point) => [point.x, point.y] as const);
  return maskOfPolygon(corners, size);
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
