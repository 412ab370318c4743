import { z } from "zod";
import { adaptiveThreshold } from "../../vision/filters/adaptive-threshold.ts";
import { otsuOf } from "../../vision/filters/otsu.ts";
import { type Cut, THRESHOLD_RULES, type ThresholdRule, threshold } from "../../vision/filters/threshold.ts";
import type { Raster } from "../../vision/raster.ts";
import { defineBlock } from "../contract/block.ts";
import { orRef } from "../contract/fields.ts";
import { rasterOf, withRaster } from "../rasters.ts";
import { needGrey, pictureField } from "./filter-fields.ts";

const TYPES = [...THRESHOLD_RULES, "adaptive_mean", "adaptive_gaussian", "otsu"] as const;

export const thresholdV1 = defineBlock({
  type: "roboflow_core/threshold@v1",
  category: "vision",
  summary: "Parts bright from dark pixels, by one value or by their surroundings.",
  inputs: () =>
    z.object({
      image: pictureField(),
      threshold_type: orRef(z.enum(TYPES), "string")
        .default("binary")
        .describe("What becomes of a value; adaptive_mean, adaptive_gaussian and otsu take pictures of one channel."),
      thresh_value: orRef(z.int(), "integer").describe(
        "The last value that is dark; otsu and adaptive ones find theirs.",
      ),
      max_value: orRef(z.int(), "integer").default(255).describe("What bright pixels become."),
    }),
  synonyms: { image: ["images"] },
  outputs: { image: "image" },
  needs: ["pixels"],
  example: { image: "$inputs.image", threshold_type: "binary_inv", thresh_value: 100 },
  run: ({ image, threshold_type: type, thresh_value: at, max_value: max }, { services, step }) => {
    const raster = rasterOf(image, services.pixels);
    return { image: withRaster(image, cutBy(type, { raster, at, max, step })) };
  },
});

interface Task extends Cut {
  raster: Raster;
  step: string;
}

function cutBy(type: (typeof TYPES)[number], { raster, step, at, max }: Task): Raster {
  if (isRule(type)) return threshold(raster, type, { at, max });
  const grey = needGrey(raster, { step, what: `threshold_type ${type}` });
  if (type === "otsu") return threshold(grey, "binary", { at: otsuOf(grey), max });
  const around = type === "adaptive_mean" ? "mean" : "gaussian";
  return adaptiveThreshold(grey, { around, max, ...REFERENCE });
}

/** Surroundings that the reference looks at, which no property changes. */
const REFERENCE = { size: 11, margin: 2 };

function isRule(type: string): type is ThresholdRule {
  return (THRESHOLD_RULES as readonly string[]).includes(type);
}
