import { z } from "zod";
import { StepError } from "../../base/errors.ts";
import { lazy } from "../../base/lazy.ts";
import type { Canvas, Color } from "../../drawing/canvas.ts";
import { PALETTE_NAMES, type PaletteChoice, paletteOf } from "../../drawing/palette.ts";
import type { Detection } from "../../kinds/detections.ts";
import type { Image } from "../../kinds/image.ts";
import type { PixelService } from "../../kinds/pixel-service.ts";
import { channelOf } from "../../vision/grey.ts";
import type { Raster } from "../../vision/raster.ts";
import { orRef, ref } from "../contract/fields.ts";
import { isGreyImage, pixelsOnDemand, withPixels } from "../rasters.ts";

const COLOR_AXES = ["INDEX", "CLASS", "TRACK"] as const;

/** Fields of every block that draws on a picture. */
export const canvasFields = lazy(() => ({
  image: ref("image").describe("Picture to draw on."),
  copy_image: orRef(z.boolean(), "boolean")
    .default(true)
    .describe("Accepted; the picture that comes in is never drawn on, whatever is set."),
}));

/** Detections of every kind that a block draws. */
export const DRAWN_KINDS = [
  "object_detection_prediction",
  "instance_segmentation_prediction",
  "keypoint_detection_prediction",
  "rle_instance_segmentation_prediction",
] as const;

/** Fields of every block that changes the picture where detections are. */
export const detectionFields = lazy(() => ({
  ...canvasFields(),
  predictions: ref(...DRAWN_KINDS).describe("Detections, made on that picture."),
}));

/** Fields of every block that draws detections in colours of a palette. */
export const drawingFields = lazy(() => ({
  ...detectionFields(),
  color_palette: orRef(z.enum(PALETTE_NAMES), "string")
    .default("DEFAULT")
    .describe("DEFAULT, ROBOFLOW, CUSTOM for custom_colors, or a map of Matplotlib."),
  palette_size: orRef(z.int().positive(), "integer").default(10).describe("Colours to take of a Matplotlib map."),
  custom_colors: orRef(z.array(z.string()), "list_of_values")
    .default([])
    .describe("Colours of the palette CUSTOM, as #RRGGBB, rgb(r, g, b) or names."),
  color_axis: orRef(z.enum(COLOR_AXES), "string")
    .default("CLASS")
    .describe("What has a colour of its own: each position in the list, each class or each tracker id."),
}));

export interface DrawingInputs extends PaletteChoice {
  color_axis: (typeof COLOR_AXES)[number];
}

/** The colour of each detection; throws STEP_NO_TRACKER_IDS when it goes by tracker ids that are not there. */
export function colorsOf(items: readonly Detection[], inputs: DrawingInputs, step: string): Color[] {
  if (items.length === 0) return [];
  const palette = paletteOf(inputs, step);
  return items.map((item, index) => {
    const place = { INDEX: index, CLASS: item.classId, TRACK: item.trackerId }[inputs.color_axis];
    if (place !== undefined) return place < 0 ? NO_PLACE : palette[place % palette.length]!;
    const message = `step "${step}": color_axis is TRACK, but a detection has no tracker id; put a tracker before it or choose CLASS`;
    throw new StepError("STEP_NO_TRACKER_IDS", message, { step });
  });
}

/** Declarations that blocks which draw detections share. */
export const drawingBlock = {
  category: "visualization",
  synonyms: { image: ["images"] },
  outputs: { image: "image" },
  needs: ["pixels"],
} as const;

/** The picture with each detection drawn in its colour, one after another. */
export function drawnItems(
  { image, predictions, ...inputs }: DrawingInputs & { image: Image; predictions: { items: readonly Detection[] } },
  { services, step }: { services: { pixels: PixelService }; step: string },
  draw: (canvas: Canvas, item: Detection, color: Color, index: number) => void,
): { image: Image } {
  const colors = colorsOf(predictions.items, inputs, step);
  return {
    image: drawnQuickly(image, services.pixels, (canvas) => {
      for (const [i, item] of predictions.items.entries()) draw(canvas, item, colors[i]!, i);
    }),
  };
}

type Draw = (canvas: Canvas) => void;

/**
 * The picture with something drawn on a copy of its pixels when a step, a viewer or a result first reads them. `draw` must neither
 * throw for wrong properties nor read state that the next frame changes. A picture of one channel keeps that: the blue of each
 * colour shows.
 */
export function drawn(image: Image, pixels: PixelService, draw: Draw): Image {
  const { width, height } = image;
  const paint = () => painted({ under: image, pixels, draw });
  const source = isGreyImage(image)
    ? pixelsOnDemand({ width, height, channels: 1 }, () => channelOf(paint(), 2))
    : pixelsOnDemand({ width, height, channels: 3 }, paint);
  return { ...image, pixels: source };
}

/**
 * The same for what takes less time than a copy of the picture: a step that draws on top draws this too, on its own copy, so that
 * pictures which are only drawn on are never made. Where they are read as well, it is drawn once for each.
 */
export function drawnQuickly(image: Image, pixels: PixelService, draw: Draw): Image {
  if (isGreyImage(image)) return drawn(image, pixels, draw);
  const result = drawn(image, pixels, (canvas) => {
    unmade.delete(result.pixels);
    draw(canvas);
  });
  unmade.set(result.pixels, { under: image, pixels, draw });
  return result;
}

interface Layer {
  under: Image;
  pixels: PixelService;
  draw: Draw;
}

/** What is to be drawn for pictures whose pixels nothing has read so far. */
const unmade = new WeakMap<Image["pixels"], Layer>();

function painted({ under, pixels, draw }: Layer): Raster<3> {
  const { width, height } = under;
  const below = unmade.get(under.pixels);
  const rgb = below === undefined ? pixels.copy(under) : painted(below).data;
  draw({ rgb, width, height });
  return { data: rgb, width, height, stride: 3 * width, channels: 3 };
}

/** The same, drawn at once: for what the next frame changes. */
export function drawnNow(...task: Parameters<typeof drawn>): Image {
  return withPixels(drawn(...task));
}

/** Throws STEP_INPUT for a picture of one channel. */
export function needColor(image: Image, step: string): void {
  if (!isGreyImage(image)) return;
  const message = `step "${step}": the picture has one channel, and this block takes colour; give it the picture from before convert_grayscale`;
  throw new StepError("STEP_INPUT", message, { step });
}

/** Of what has no place in a palette, such as a class id of -1. */
const NO_PLACE: Color = [128, 128, 128];

export const BLACK: Color = [0, 0, 0];
