import { z } from "zod";
import { StepError } from "../../base/errors.ts";
import { rgbOf } from "../../vision/grey.ts";
import { countColor, type Rgb } from "../../vision/measures/count-color.ts";
import { defineBlock } from "../contract/block.ts";
import { orRef } from "../contract/fields.ts";
import { rasterOf } from "../rasters.ts";
import { pictureField } from "./filter-fields.ts";

export const pixelColorCountV1 = defineBlock({
  type: "roboflow_core/pixel_color_count@v1",
  category: "vision",
  summary: "Counts the pixels whose colour is near a given one.",
  inputs: () =>
    z.object({
      image: pictureField(),
      target_color: orRef(z.union([z.string(), z.array(z.unknown()).length(3)]), "string", "rgb_color").describe(
        'Colour to look for: "#rrggbb", "#rgb", "(r, g, b)" or a list of three numbers.',
      ),
      tolerance: orRef(z.int(), "integer")
        .default(10)
        .describe("How far each channel of a pixel may be from that of the colour."),
    }),
  synonyms: { image: ["images"] },
  outputs: { matching_pixels_count: "integer" },
  needs: ["pixels"],
  example: { image: "$inputs.image", target_color: "#c8280a", tolerance: 20 },
  run: ({ image, target_color, tolerance }, { services, step }) => {
    const raster = rgbOf(rasterOf(image, services.pixels));
    return { matching_pixels_count: countColor(raster, colorOf(target_color, step), tolerance) };
  },
});

function colorOf(given: unknown, step: string): Rgb {
  const parts = typeof given === "string" ? partsOf(given.trim()) : given;
  if (Array.isArray(parts) && parts.length === 3 && parts.every(isLevel)) return parts as unknown as Rgb;
  const expected = '"#rrggbb", "#rgb", "(r, g, b)" or a list of three whole numbers from 0 to 255';
  const message = `step "${step}": ${JSON.stringify(given)} is no colour; target_color takes ${expected}`;
  throw new StepError("STEP_BAD_COLOR", message, { step });
}

function partsOf(text: string): number[] | undefined {
  const digits = /^#([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(text)?.[1];
  if (digits !== undefined) {
    const full = digits.length === 3 ? digits.replaceAll(/./g, "$&$&") : digits;
    return [0, 2, 4].map((at) => Number.parseInt(full.slice(at, at + 2), 16));
  }
  return /^\(\s*(\d+)\s*,\s*(\d+)\s*,\s*(\d+)\s*\)$/.exec(text)?.slice(1).map(Number);
}

function isLevel(value: unknown): boolean {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= 255;
}
