import { z } from "zod";
import { drawText } from "../../drawing/text.ts";
import type { Detections } from "../../kinds/detections.ts";
import { channelOf, greyOf, rgbOf } from "../../vision/grey.ts";
import { brenner, meanWithin, type Sharpness, sharpnessPicture, tenengrad } from "../../vision/measures/sharpness.ts";
import type { Raster } from "../../vision/raster.ts";
import { defineBlock } from "../contract/block.ts";
import { ref } from "../contract/fields.ts";
import { rasterOf, withRaster } from "../rasters.ts";
import { pictureField } from "./filter-fields.ts";
import { canvasOf, drawFocusHelp, GRIDS } from "./focus-overlay.ts";

export const cameraFocusV1 = defineBlock({
  type: "roboflow_core/camera_focus@v1",
  category: "vision",
  summary: "Measures how sharp a picture is, by how much brightness rises over two pixels, and shows where.",
  inputs: () => z.object({ image: pictureField() }),
  synonyms: { image: ["images"] },
  outputs: { image: "image", focus_measure: "float" },
  needs: ["pixels"],
  example: { image: "$inputs.image" },
  run: ({ image }, { services }) => {
    const sharpness = brenner(greyOf(rasterOf(image, services.pixels)));
    const measure = wholeOf(sharpness);
    const picture = withFigure(sharpnessPicture(sharpness), `Focus value: ${measure.toFixed(2)}`);
    return { image: withRaster(image, picture), focus_measure: measure };
  },
});

const WHITE = [255, 255, 255] as const;

function withFigure(picture: Raster<1>, text: string): Raster<1> {
  const rgb = rgbOf(picture);
  drawText(canvasOf(rgb), text, { x: 10, y: 30, scale: 1, thickness: 2, color: WHITE });
  return channelOf(rgb, 0);
}

const flag = (text: string) => z.boolean().default(true).describe(text);
const percent = (value: number, text: string) => z.number().min(0).max(100).default(value).describe(text);

export const cameraFocusV2 = defineBlock({
  type: "roboflow_core/camera_focus@v2",
  category: "vision",
  summary: "Measures how sharp a picture and the objects in it are, and draws what helps to set up a camera.",
  inputs: () =>
    z.object({
      image: pictureField(),
      underexposed_threshold_percent: percent(3, "Darker pixels get blue stripes, in percent of full brightness."),
      overexposed_threshold_percent: percent(97, "Brighter pixels get red stripes, in percent of full brightness."),
      show_zebra_warnings: flag("Whether to mark what is too dark or too bright with stripes."),
      grid_overlay: z.enum(GRIDS).default("3x3").describe("Lines that part the picture."),
      show_hud: flag("Whether to show the measure and a histogram of each channel."),
      show_focus_peaking: flag("Whether to paint what is sharp green."),
      show_center_marker: flag("Whether to mark the middle of the picture."),
      detections: ref("object_detection_prediction", "instance_segmentation_prediction")
        .nullable()
        .default(null)
        .describe("Objects to measure one by one."),
    }),
  synonyms: { image: ["images"] },
  outputs: { image: "image", focus_measure: "float", bbox_focus_measures: "list_of_values" },
  needs: ["pixels"],
  example: { image: "$inputs.image", grid_overlay: "None", detections: "$steps.model.predictions" },
  run: ({ image, detections, ...options }, { services }) => {
    const raster = rasterOf(image, services.pixels);
    const sharpness = tenengrad(greyOf(raster));
    const measure = wholeOf(sharpness);
    return {
      image: withRaster(image, drawFocusHelp(raster, { sharpness, measure, ...options })),
      focus_measure: measure,
      bbox_focus_measures: measuresOf(detections, sharpness),
    };
  },
});

function wholeOf(sharpness: Sharpness): number {
  return meanWithin(sharpness, [0, 0, sharpness.width, sharpness.height]);
}

function measuresOf(detections: Detections | null, sharpness: Sharpness): number[] {
  const items = detections?.items ?? [];
  return items.map(({ box: [x1, y1, x2, y2] }) => {
    return meanWithin(sharpness, [Math.trunc(x1), Math.trunc(y1), Math.trunc(x2), Math.trunc(y2)]);
  });
}
