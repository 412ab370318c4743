import { z } from "zod";
import { StepError } from "../../base/errors.ts";
import { rgbOf } from "../../vision/grey.ts";
import { BackgroundModel } from "../../vision/measures/background-model.ts";
import { defineBlock } from "../contract/block.ts";
import { orRef } from "../contract/fields.ts";
import { rasterOf, withRaster } from "../rasters.ts";
import { pictureField } from "./filter-fields.ts";

export const backgroundSubtractionV1 = defineBlock({
  type: "roboflow_core/background_subtraction@v1",
  category: "vision",
  summary: "Shows what is not background of its camera: white, and shadows grey.",
  inputs: () =>
    z.object({
      image: pictureField(),
      threshold: orRef(z.int(), "integer")
        .default(16)
        .describe("How far a pixel must be from the background, as a squared multiple of its noise."),
      history: orRef(z.int(), "integer").default(30).describe("Frames after which what stays has become background."),
    }),
  synonyms: { image: ["images"] },
  outputs: { image: "image" },
  needs: ["pixels"],
  example: { image: "$inputs.image", threshold: 16, history: 300 },
  state: () => new BackgroundModel(),
  run: ({ image, threshold, history }, { state, services, step }) => {
    const mask = state.update(rasterOf(image, services.pixels), { threshold, history: neededHistory(history, step) });
    return { image: withRaster(image, rgbOf(mask)) };
  },
});

/** Throws STEP_INPUT for what is no number of frames. */
export function neededHistory(history: number, step: string): number {
  if (history >= 1) return history;
  throw new StepError("STEP_INPUT", `step "${step}": history is ${history}, expected 1 or more`, { step });
}
