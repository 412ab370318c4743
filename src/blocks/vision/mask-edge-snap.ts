import { z } from "zod";
import { type Detection, type Detections, withItems } from "../../kinds/detections.ts";
import type { Image } from "../../kinds/image.ts";
import { maskOf, trimMask } from "../../kinds/mask.ts";
import { greyOf } from "../../vision/grey.ts";
import type { Raster } from "../../vision/raster.ts";
import { defineBlock } from "../contract/block.ts";
import { orRef, ref } from "../contract/fields.ts";
import { rasterOf } from "../rasters.ts";
import { pictureField } from "./filter-fields.ts";
import { refineMasks } from "./refine-masks.ts";

const whole = ([least, most]: readonly [number, number], value: number, text: string) => {
  return orRef(z.int().min(least).max(most), "integer").default(value).describe(text);
};
const fraction = ([least, most]: readonly [number, number], value: number, text: string) => {
  return orRef(z.number().min(least).max(most), "float").default(value).describe(text);
};

export const maskEdgeSnapV1 = defineBlock({
  type: "roboflow_core/mask_edge_snap@v1",
  category: "vision",
  summary: "Moves the outlines of masks to edges in the picture nearby.",
  inputs: () =>
    z.object({
      image: pictureField(),
      segmentation: ref("instance_segmentation_prediction").describe("Objects with masks."),
      pixel_tolerance: whole([1, 100], 15, "Pixels that an outline may move."),
      sigma: fraction([0.01, 10], 1, "How far an edge stands out from its surroundings, in deviations."),
      min_contour_area: fraction([0, 10_000], 50, "What goes round fewer square pixels is no edge."),
      dilation_iterations: whole([0, 20], 2, "Gaps in edges of up to twice so many pixels are closed."),
      boundary_band_width: whole([1, 100], 15, "Pixels around outlines in which edges are looked for."),
      adaptive_window_size: whole([3, 201], 41, "Pixels on a side of the surroundings of an edge."),
    }),
  synonyms: { image: ["images"] },
  outputs: { refined_segmentation: "instance_segmentation_prediction", edges: "instance_segmentation_prediction" },
  needs: ["pixels", "ids"],
  example: { image: "$inputs.image", segmentation: "$steps.model.predictions", pixel_tolerance: 10 },
  run: ({ image, segmentation, ...properties }, { services }) => {
    const { items, edges } = refineMasks(greyOf(rasterOf(image, services.pixels)), segmentation.items, {
      reach: Math.trunc(properties.pixel_tolerance),
      band: Math.max(1, properties.boundary_band_width),
      window: Math.max(3, properties.adaptive_window_size) | 1,
      bridging: Math.max(0, properties.dilation_iterations),
      area: Math.max(0, properties.min_contour_area),
      sigma: properties.sigma,
    });
    return { refined_segmentation: withItems(segmentation, items), edges: edgesIn(image, edges, services.ids.uuid()) };
  },
});

/** All edges as one object; none where there are none. */
function edgesIn(image: Image, { data }: Raster<1>, detectionId: string): Detections {
  const { width, height, parentId, parent, root } = image;
  const mask = trimMask(maskOf(data, { x: 0, y: 0, width, height }));
  const box: Detection["box"] = [mask.x, mask.y, mask.x + mask.width, mask.y + mask.height];
  const found: Detection = { box, confidence: 1, class: "edges", classId: 0, detectionId, mask };
  return { kind: "detections", items: mask.width === 0 ? [] : [found], width, height, parentId, parent, root };
}
