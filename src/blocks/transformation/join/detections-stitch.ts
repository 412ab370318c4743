import { z } from "zod";
import { StepError } from "../../../base/errors.ts";
import { type Detection, type Detections, shifted } from "../../../kinds/detections.ts";
import type { Image } from "../../../kinds/image.ts";
import { clipMask } from "../../../kinds/mask.ts";
import { defineBlock } from "../../contract/block.ts";
import { orRef, ref } from "../../contract/fields.ts";
import { mergedOverlaps, withoutOverlaps } from "./overlap-filter.ts";

const kinds = ["object_detection_prediction", "instance_segmentation_prediction"] as const;
const STRATEGIES = ["none", "nms", "nmm"] as const;

export const detectionsStitchV1 = defineBlock({
  type: "roboflow_core/detections_stitch@v1",
  category: "transformation",
  summary: "Joins the detections made on tiles or crops of a picture, and those that several of them found.",
  inputs: () =>
    z.object({
      reference_image: ref("image").describe("Picture that the tiles were cut from."),
      predictions: ref(...kinds).describe("Detections made on the tiles."),
      overlap_filtering_strategy: orRef(z.enum(STRATEGIES), "string")
        .default("nms")
        .describe("What becomes of one object found twice: nms keeps the surer one, nmm merges them, none keeps both."),
      iou_threshold: orRef(z.number().min(0).max(1), "float_zero_to_one")
        .default(0.3)
        .describe("Intersection over union above which two boxes of a class are one object."),
    }),
  outputs: { predictions: kinds },
  offsets: { predictions: 1 },
  reference: "reference_image",
  example: { reference_image: "$inputs.image", predictions: "$steps.detect.predictions" },
  run: ({ reference_image: image, predictions, overlap_filtering_strategy: strategy, iou_threshold }, { step }) => {
    const parts = predictions as unknown as readonly Detections[];
    const items = parts.flatMap((part) => part.items.map((item) => placed(item, part, image)));
    return { predictions: detectionsOn(image, filterOf(strategy, step)(items, iou_threshold)) };
  },
});

/** In pixels of the picture that the part was cut from. */
function placed(item: Detection, { parent }: Detections, { width, height }: Image): Detection {
  const moved = parent === null ? item : shifted(item, parent.offsetX, parent.offsetY);
  return moved.mask === undefined ? moved : { ...moved, mask: clipMask(moved.mask, { x: 0, y: 0, width, height }) };
}

function filterOf(strategy: string, step: string): (items: Detection[], threshold: number) => Detection[] {
  if (strategy === "nms") return withoutOverlaps;
  if (strategy === "nmm") return mergedOverlaps;
  if (strategy === "none") return (items) => items;
  const message = `step "${step}": overlap_filtering_strategy is ${JSON.stringify(strategy)}, expected one of ${STRATEGIES.join(", ")}`;
  throw new StepError("STEP_INPUT", message, { step });
}

function detectionsOn({ width, height, parentId, parent, root }: Image, items: Detection[]): Detections {
  return { kind: "detections", items, width, height, parentId, parent, root };
}
