import { isImage } from "../../kinds/image.ts";
import type { PixelService } from "../../kinds/pixel-service.ts";
import { isDictionary } from "../../query/python-values.ts";
import { withPixels } from "../rasters.ts";

/** The value in a form that outlives its frame: pictures get pixels of their own, as those of a camera's frame are used again. */
export function keptValue(value: unknown, pixels: PixelService): unknown {
  if (isImage(value)) {
    if (value.pixels.type === "owned") return withPixels(value);
    const { width, height } = value;
    return { ...value, pixels: { type: "owned", rgb: pixels.copy(value), width, height } };
  }
  if (!holdsImages(value)) return value;
  if (Array.isArray(value)) return value.map((item) => keptValue(item, pixels));
  return Object.fromEntries(Object.entries(value as object).map(([name, item]) => [name, keptValue(item, pixels)]));
}

/** Whether the value is a picture, or a list or dictionary with one in it. */
export function holdsImages(value: unknown): boolean {
  if (isImage(value)) return true;
  if (Array.isArray(value)) return value.some(holdsImages);
  return isDictionary(value) && Object.values(value).some(holdsImages);
}
