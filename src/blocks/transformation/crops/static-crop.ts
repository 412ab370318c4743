import { z } from "zod";
import { lazy } from "../../../base/lazy.ts";
import { roundHalfEven } from "../../../base/round-half-even.ts";
import type { Image, Region } from "../../../kinds/image.ts";
import { defineBlock } from "../../contract/block.ts";
import { orRef, ref } from "../../contract/fields.ts";
import type { Services } from "../../contract/services.ts";
import { cropOf } from "./crop-image.ts";

const images = lazy(() => ref("image").describe("Pictures to cut from."));
const pixels = lazy(() => orRef(z.int().positive(), "integer"));
const fraction = lazy(() => orRef(z.number().min(0).max(1), "float_zero_to_one"));

export const absoluteStaticCropV1 = defineBlock({
  type: "roboflow_core/absolute_static_crop@v1",
  aliases: ["AbsoluteStaticCrop"],
  category: "transformation",
  summary: "Cuts one rectangle, given in pixels, out of every picture; what lies outside of it is left out.",
  inputs: () =>
    z.object({
      images: images(),
      x_center: pixels().describe("Middle of the rectangle from the left, in pixels."),
      y_center: pixels().describe("Middle of the rectangle from the top, in pixels."),
      width: pixels().describe("Width in pixels."),
      height: pixels().describe("Height in pixels."),
    }),
  synonyms: { images: ["image"] },
  outputs: { crops: "image" },
  batches: ["images"],
  needs: ["pixels", "ids"],
  example: { images: "$inputs.image", x_center: 320, y_center: 240, width: 200, height: 100 },
  run: ({ images: image, ...rectangle }, { services }) => {
    return { crops: cut(image, rectangle, { name: "absolute_static_crop", services }) };
  },
});

export const relativeStaticCropV1 = defineBlock({
  type: "roboflow_core/relative_statoic_crop@v1",
  aliases: ["RelativeStaticCrop"],
  category: "transformation",
  summary: "Cuts one rectangle, given in fractions of the picture, out of every picture.",
  inputs: () =>
    z.object({
      images: images(),
      x_center: fraction().describe("Middle of the rectangle from the left, as a fraction of the picture's width."),
      y_center: fraction().describe("Middle of the rectangle from the top, as a fraction of the picture's height."),
      width: fraction().describe("Width as a fraction of the picture's."),
      height: fraction().describe("Height as a fraction of the picture's."),
    }),
  synonyms: { images: ["image"] },
  outputs: { crops: "image" },
  batches: ["images"],
  needs: ["pixels", "ids"],
  example: { images: "$inputs.image", x_center: 0.5, y_center: 0.5, width: 0.25, height: 0.5 },
  run: ({ images: image, x_center, y_center, width, height }, { services }) => {
    const rectangle = {
      x_center: roundHalfEven(image.width * x_center),
      y_center: roundHalfEven(image.height * y_center),
      width: roundHalfEven(image.width * width),
      height: roundHalfEven(image.height * height),
    };
    return { crops: cut(image, rectangle, { name: "relative_static_crop", services }) };
  },
});

interface Cutting {
  /** Begins the id of the crop. */
  name: string;
  services: Pick<Services, "pixels" | "ids">;
}

type Rectangle = Record<"x_center" | "y_center" | "width" | "height", number>;

function cut(image: Image, rectangle: Rectangle, { name, services: { pixels, ids } }: Cutting) {
  const region = regionIn(image, rectangle);
  if (region === null) return null;
  const id = `${name}.${ids.uuid()}`;
  const { video } = image;
  const part = video === null ? null : { ...video, videoIdentifier: `${video.videoIdentifier} | crop: ${id}` };
  return { ...cropOf(image, { region, id }, pixels), video: part };
}

function regionIn(image: Image, { x_center, y_center, width, height }: Rectangle): Region | null {
  const [left, top] = [roundHalfEven(x_center - width / 2), roundHalfEven(y_center - height / 2)];
  const [x, y] = [Math.max(0, left), Math.max(0, top)];
  const region = {
    x,
    y,
    width: Math.min(image.width, left + width) - x,
    height: Math.min(image.height, top + height) - y,
  };
  return region.width > 0 && region.height > 0 ? region : null;
}
