import { z } from "zod";
import { StepError } from "../../base/errors.ts";
import { rgbOf } from "../../vision/grey.ts";
import { dominantColor } from "../../vision/measures/dominant-color.ts";
import { defineBlock } from "../contract/block.ts";
import { orRef } from "../contract/fields.ts";
import { rasterOf } from "../rasters.ts";
import { pictureField } from "./filter-fields.ts";

export const dominantColorV1 = defineBlock({
  type: "roboflow_core/dominant_color@v1",
  category: "vision",
  summary: "Finds the colour that most of a picture is near to.",
  inputs: () =>
    z.object({
      image: pictureField(),
      color_clusters: orRef(z.int().positive().max(10), "integer")
        .default(4)
        .describe("Groups to put the colours into."),
      max_iterations: orRef(z.int().positive().max(500), "integer")
        .default(100)
        .describe("Most rounds of making the groups better."),
      target_size: orRef(z.int().positive().max(250), "integer")
        .default(100)
        .describe("About how many pixels of the shorter side to look at; fewer are faster."),
    }),
  synonyms: { image: ["images"] },
  outputs: { rgb_color: "rgb_color" },
  needs: ["pixels"],
  example: { image: "$inputs.image", color_clusters: 3 },
  run: ({ image, color_clusters: groups, max_iterations: rounds, target_size: side }, { services, step }) => {
    for (const [name, value] of Object.entries({ color_clusters: groups, max_iterations: rounds, target_size: side })) {
      if (value < 1)
        throw new StepError("STEP_INPUT", `step "${step}": ${name} is ${value}, expected 1 or more`, { step });
    }
    return { rgb_color: dominantColor(rgbOf(rasterOf(image, services.pixels)), { groups, rounds, side }) };
  },
});
