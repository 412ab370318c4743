import { z } from "zod";
import { StepError } from "../../../base/errors.ts";
import { lazy } from "../../../base/lazy.ts";
import { type Homography, homography, inverted, type Quadrangle } from "../../../geometry/homography.ts";
import { ANCHORS, type Anchor, pointOf } from "../../../kinds/anchor.ts";
import { type Detection, type Detections, withItems } from "../../../kinds/detections.ts";
import type { Image } from "../../../kinds/image.ts";
import { type Places, warp } from "../../../vision/warps/warp.ts";
import { defineBlock } from "../../contract/block.ts";
import { orRef, ref } from "../../contract/fields.ts";
import type { Services } from "../../contract/services.ts";
import { rasterOf, withRaster } from "../../rasters.ts";
import { corrected } from "./corrected-detection.ts";
import { extendedPlane, type PointsBySide } from "./extended-plane.ts";
import { fromLowerLeft, planeOf } from "./perspective-polygon.ts";

const kinds = ["object_detection_prediction", "instance_segmentation_prediction"] as const;
const side = lazy(() => orRef(z.int(), "integer").default(1000));

export const perspectiveCorrectionV1 = defineBlock({
  type: "roboflow_core/perspective_correction@v1",
  aliases: ["PerspectiveCorrection"],
  category: "transformation",
  summary:
    "Straightens the view of a plane, such as a floor or a table: the detections on it, and the picture if asked.",
  inputs: () =>
    z.object({
      predictions: ref(...kinds)
        .nullable()
        .default(null)
        .describe("Detections to bring into the straight view."),
      images: ref("image").describe("Pictures of the plane."),
      perspective_polygons: orRef(z.array(z.unknown()), "list_of_values").describe(
        "Four corners of the plane in pixels, [[x, y], ...], in any order; of a list of such polygons the largest.",
      ),
      transformed_rect_width: side().describe("Width of the straight view in pixels."),
      transformed_rect_height: side().describe("Height of the straight view in pixels."),
      extend_perspective_polygon_by_detections_anchor: orRef(z.string(), "string")
        .default("")
        .describe(
          "Grows the plane until this point of each detection lies in it, such as BOTTOM_CENTER, or ALL corners.",
        ),
      warp_image: orRef(z.boolean(), "boolean")
        .default(false)
        .describe("Gives the straight view as a picture as well."),
    }),
  synonyms: { images: ["image"] },
  outputs: {
    corrected_coordinates: kinds,
    warped_image: "image",
    extended_transformed_rect_width: "integer",
    extended_transformed_rect_height: "integer",
  },
  batches: ["images", "predictions"],
  batchesOrScalars: ["perspective_polygons", "transformed_rect_width", "transformed_rect_height"],
  needs: ["pixels"],
  example: {
    images: "$inputs.image",
    predictions: "$steps.detect.predictions",
    perspective_polygons: [
      [40, 20],
      [120, 20],
      [150, 110],
      [10, 110],
    ],
    transformed_rect_width: 400,
    transformed_rect_height: 300,
  },
  runMany: (elements, contexts) => {
    const isForEach = isListForElements(elements.map((inputs) => inputs.perspective_polygons));
    return elements.map((inputs, i) => {
      const polygons: unknown = isForEach ? inputs.perspective_polygons[i] : inputs.perspective_polygons;
      const { step = "", services } = contexts[i] ?? {};
      return straightened({ ...inputs, perspective_polygons: polygons }, step, services as Services);
    });
  },
});

/** Whether one list brings a polygon, or a list of them, for each picture. */
function isListForElements(lists: readonly unknown[][]): boolean {
  const [first] = lists;
  if (first === undefined || first.length !== lists.length) return false;
  const isPoint = (value: unknown) => Array.isArray(value) && typeof value[0] === "number";
  return lists.every((list) => list === first) && !first.some(isPoint);
}

interface Inputs {
  predictions: Detections | null;
  images: Image;
  perspective_polygons: unknown;
  transformed_rect_width: number;
  transformed_rect_height: number;
  extend_perspective_polygon_by_detections_anchor: string;
  warp_image: boolean;
}

function straightened(inputs: Inputs, step: string, services: Services) {
  const { predictions, images: image } = inputs;
  const { map, width, height } = viewOf(inputs, step);
  const size = { width, height };
  return {
    corrected_coordinates:
      predictions === null
        ? null
        : withItems(
            predictions,
            predictions.items.map((item) => corrected(item, map, size)),
          ),
    warped_image: inputs.warp_image ? warped(image, map, { size, services, step }) : image,
    extended_transformed_rect_width: width,
    extended_transformed_rect_height: height,
  };
}

interface View {
  map: Homography;
  width: number;
  height: number;
}

function viewOf(inputs: Inputs, step: string): View {
  const { predictions, transformed_rect_width: width, transformed_rect_height: height } = inputs;
  const anchor = inputs.extend_perspective_polygon_by_detections_anchor;
  const plane = fromLowerLeft(planeOf(inputs.perspective_polygons, step));
  const items = anchor === "" ? [] : (predictions?.items ?? []);
  const extended = extendedPlane(
    plane,
    items.map((item) => pointsToHold(item, anchor, step)),
  );
  const wide = width + Math.round((extended.addedWidth * width) / Math.max(extended.width, 1));
  const high = height + Math.round((extended.addedHeight * height) / Math.max(extended.height, 1));
  const map = homography(extended.corners, rectangle(wide, high));
  if (map !== null) return { map, width: wide, height: high };
  const message = `step "${step}": three corners of perspective_polygons lie on a line, so it shows no plane`;
  throw new StepError("STEP_BAD_ZONE", message, { step });
}

function rectangle(width: number, height: number): Quadrangle {
  return [
    [0, height - 1],
    [0, 0],
    [width - 1, 0],
    [width - 1, height - 1],
  ];
}

function pointsToHold(item: Detection, anchor: string, step: string): PointsBySide {
  if (anchor === "ALL") {
    const [left, right] = [corners(item, "LEFT"), corners(item, "RIGHT")];
    return [left, right, [right[0], left[0]], [right[1], left[1]]];
  }
  if (!(ANCHORS as readonly string[]).includes(anchor)) {
    const message = `step "${step}": extend_perspective_polygon_by_detections_anchor is ${JSON.stringify(anchor)}, expected ALL or one of ${ANCHORS.join(", ")}`;
    throw new StepError("STEP_INPUT", message, { step });
  }
  const point = [pointOf(item, anchor as Anchor, step)];
  return [point, point, point, point];
}

type Points = readonly [readonly [number, number], readonly [number, number]];

/** The lower and the upper corner on a side. */
function corners({ box: [x1, y1, x2, y2] }: Detection, side: "LEFT" | "RIGHT"): Points {
  const x = side === "LEFT" ? x1 : x2;
  return [
    [x, y2],
    [x, y1],
  ];
}

interface Warping {
  size: { width: number; height: number };
  services: Services;
  step: string;
}

function warped(image: Image, map: Homography, { size, services, step }: Warping): Image {
  const back = inverted(map);
  if (back !== null && size.width > 0 && size.height > 0) {
    return withRaster(image, warp(rasterOf(image, services.pixels), size, placesThrough(back)));
  }
  const message = `step "${step}": the straight view is ${size.width}x${size.height} pixels, expected at least one`;
  throw new StepError("STEP_INPUT", message, { step });
}

/** Where the pixels of a row come from; those of the horizon and beyond come from nowhere. */
function placesThrough([a, b, c, d, e, f, g, h, i]: Homography): Places {
  return (y, xs, ys) => {
    for (let x = 0; x < xs.length; x++) {
      const scale = g * x + h * y + i;
      xs[x] = (a * x + b * y + c) / scale;
      ys[x] = (d * x + e * y + f) / scale;
    }
  };
}
