import { z } from "zod";
import { lazy } from "../../../base/lazy.ts";
import type { Image, Region } from "../../../kinds/image.ts";
import { defineBlock } from "../../contract/block.ts";
import { orRef, ref } from "../../contract/fields.ts";
import type { Services } from "../../contract/services.ts";
import { cropOf } from "./crop-image.ts";
import { type Grid, sameSizeTiles, tilesFromTheLeft } from "./tiles.ts";

const size = lazy(() => orRef(z.int().positive(), "integer").default(640));
const overlap = lazy(() => orRef(z.number().min(0).lt(1), "float_zero_to_one").default(0.2));

const inputs = lazy(() =>
  z.object({
    image: ref("image").describe("Picture to cut into tiles."),
    slice_width: size().describe("Width of a tile in pixels."),
    slice_height: size().describe("Height of a tile in pixels."),
    overlap_ratio_width: overlap().describe("How much of its width a tile shares with the next one, below 1."),
    overlap_ratio_height: overlap().describe("How much of its height a tile shares with the one below, below 1."),
  }),
);
const example = { image: "$inputs.image", slice_width: 320, slice_height: 320 };

export const imageSlicerV1 = defineBlock({
  type: "roboflow_core/image_slicer@v1",
  category: "transformation",
  summary: "Cuts a picture into overlapping tiles; those at the right and lower border are smaller.",
  inputs,
  synonyms: { image: ["images"] },
  outputs: { slices: "image" },
  outputOffset: 1,
  needs: ["pixels", "ids"],
  example,
  run: (values, { services }) => slices(values, tilesFromTheLeft, services),
});

export const imageSlicerV2 = defineBlock({
  type: "roboflow_core/image_slicer@v2",
  category: "transformation",
  summary: "Cuts a picture into overlapping tiles of one size; those at the right and lower border overlap more.",
  inputs,
  synonyms: { image: ["images"] },
  outputs: { slices: "image" },
  outputOffset: 1,
  needs: ["pixels", "ids"],
  example,
  run: (values, { services }) => slices(values, sameSizeTiles, services),
});

interface Values {
  image: Image;
  slice_width: number;
  slice_height: number;
  overlap_ratio_width: number;
  overlap_ratio_height: number;
}

function slices(
  values: Values,
  tilesOf: (image: Image, grid: Grid) => Region[],
  { pixels, ids }: Pick<Services, "pixels" | "ids">,
) {
  const { image, slice_width: width, slice_height: height } = values;
  const grid = { width, height, overlapX: values.overlap_ratio_width, overlapY: values.overlap_ratio_height };
  return tilesOf(image, grid).map((region) => {
    return { slices: cropOf(image, { region, id: `image_slicer.${ids.uuid()}` }, pixels) };
  });
}
