import { equalizeHistogram, stretchContrast } from "../vision/contrast/contrast.ts";
import { equalizeLocally } from "../vision/contrast/equalize-locally.ts";
import { greyOf, rgbOf } from "../vision/grey.ts";
import type { Raster } from "../vision/raster.ts";
import type { Contrast, ModelInput } from "./description.ts";
import type { PixelArea } from "./resample.ts";

/** A picture with the contrast that the model wants, in memory of its own; it changes before the picture gets its size, as in training. */
export function withContrast(area: PixelArea, { contrast, grey }: Pick<ModelInput, "contrast" | "grey">): PixelArea {
  if (contrast === undefined) return area;
  const { pixels, offset, stride, width, height } = area;
  const picture: Raster<3> = { data: pixels.subarray(offset), width, height, stride, channels: 3 };
  const { data, ...changed } = rgbOf(CHANGES[contrast](grey ? greyOf(picture) : picture));
  return { pixels: data, offset: 0, stride: changed.stride, width, height };
}

const CHANGES: Readonly<Record<Contrast, (raster: Raster) => Raster>> = {
  stretch: stretchContrast,
  equalize: equalizeHistogram,
  equalize_locally: equalizeLocally,
};
