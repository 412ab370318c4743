import { z } from "zod";
import { lazy } from "../../base/lazy.ts";
import { type Image, isImage } from "../../kinds/image.ts";
import type { Descriptors, Pair } from "../../vision/features/match-features.ts";
import type { Feature } from "../../vision/features/sift/sift.ts";
import { descriptorsOf } from "../../vision/features/stitch.ts";
import type { Raster } from "../../vision/raster.ts";
import { defineBlock } from "../contract/block.ts";
import { orRef, ref } from "../contract/fields.ts";
import type { Services } from "../contract/services.ts";
import { rasterOf, withRaster } from "../rasters.ts";
import { brightnessOf } from "./sift.ts";
import { descriptorRows, keyPointsOf, packedRows, withMarks, withMatches } from "./sift-features.ts";

const thresholdField = lazy(() =>
  orRef(z.int().positive(), "integer").default(50).describe("Features that must match for the pictures to match."),
);
const RATIO = "How much nearer than the next one a feature must be to match: lower is stricter.";

export const siftComparisonV1 = defineBlock({
  type: "roboflow_core/sift_comparison@v1",
  category: "vision",
  summary: "Tells by the descriptors of their features whether two pictures show the same.",
  inputs: () =>
    z.object({
      descriptor_1: ref("numpy_array").describe("Descriptors of the first picture."),
      descriptor_2: ref("numpy_array").describe("Descriptors of the second picture."),
      good_matches_threshold: thresholdField(),
      ratio_threshold: orRef(z.number(), "integer").default(0.7).describe(RATIO),
    }),
  outputs: { good_matches_count: "integer", images_match: "boolean" },
  needs: ["kernels"],
  example: { descriptor_1: "$steps.first.descriptors", descriptor_2: "$steps.second.descriptors" },
  run: async ({ descriptor_1, descriptor_2, ...properties }, { services, step }) => {
    const { good_matches_threshold: least, ratio_threshold: ratio } = properties;
    const [first, second] = [
      packedRows(descriptor_1, "descriptor_1", step),
      packedRows(descriptor_2, "descriptor_2", step),
    ];
    const count = (await services.kernels.run("matchFeatures", first, second, ratio)).length;
    return { good_matches_count: count, images_match: count >= least };
  },
});

export const siftComparisonV2 = defineBlock({
  type: "roboflow_core/sift_comparison@v2",
  category: "vision",
  summary: "Tells by their features whether two pictures show the same, and shows what matches.",
  inputs: () =>
    z.object({
      input_1: ref("image", "numpy_array").describe("First picture, or descriptors of its features."),
      input_2: ref("image", "numpy_array").describe("Second picture, or descriptors of its features."),
      good_matches_threshold: thresholdField(),
      ratio_threshold: orRef(z.number(), "float_zero_to_one").default(0.7).describe(RATIO),
      matcher: orRef(z.enum(["FlannBasedMatcher", "BFMatcher"]), "string")
        .default("FlannBasedMatcher")
        .describe("Has no effect: all features are compared, which both come down to."),
      visualize: orRef(z.boolean(), "boolean").default(false).describe("Whether to make pictures of the features."),
    }),
  outputs: {
    images_match: "boolean",
    good_matches_count: "integer",
    keypoints_1: "image_keypoints",
    descriptors_1: "numpy_array",
    keypoints_2: "image_keypoints",
    descriptors_2: "numpy_array",
    visualization_1: "image",
    visualization_2: "image",
    visualization_matches: "image",
  },
  needs: ["pixels", "kernels"],
  example: { input_1: "$inputs.image", input_2: "$inputs.reference", good_matches_threshold: 30 },
  run: async ({ input_1, input_2, visualize, ...properties }, { services, step }) => {
    const { good_matches_threshold: least, ratio_threshold: ratio } = properties;
    const sideOf = (given: unknown, property: string) => describedBy(given, { property, step, services });
    const [first, second] = await Promise.all([sideOf(input_1, "input_1"), sideOf(input_2, "input_2")]);
    const pairs = await services.kernels.run("matchFeatures", first.packed, second.packed, ratio);
    return {
      images_match: pairs.length >= least,
      good_matches_count: pairs.length,
      keypoints_1: first.keyPoints,
      descriptors_1: first.rows,
      keypoints_2: second.keyPoints,
      descriptors_2: second.rows,
      visualization_1: visualize ? pictureOf(first) : null,
      visualization_2: visualize ? pictureOf(second) : null,
      visualization_matches: visualize ? picturesOf(first, second, pairs) : null,
    };
  },
});

/** A picture with its features, or descriptors alone. */
interface Described {
  picture: { image: Image; raster: Raster<1>; features: readonly Feature[] } | null;
  packed: Descriptors;
  rows: unknown;
  keyPoints: unknown;
}

async function describedBy(
  given: unknown,
  { property, step, services }: { property: string; step: string; services: Services },
): Promise<Described> {
  if (!isImage(given))
    return { picture: null, packed: packedRows(given, property, step), rows: given, keyPoints: null };
  const raster = brightnessOf(rasterOf(given, services.pixels), step);
  const features = await services.kernels.run("sift", raster);
  return {
    picture: { image: given, raster, features },
    packed: descriptorsOf(features),
    rows: descriptorRows(features),
    keyPoints: keyPointsOf(features),
  };
}

function pictureOf({ picture }: Described): Image | null {
  return picture === null ? null : withRaster(picture.image, withMarks(picture.raster, picture.features));
}

function picturesOf(first: Described, second: Described, pairs: readonly Pair[]): Image | null {
  if (first.picture === null || second.picture === null) return null;
  if (first.packed.count < 2 || second.packed.count < 2) return null;
  return withRaster(first.picture.image, withMatches(first.picture, second.picture, pairs));
}
