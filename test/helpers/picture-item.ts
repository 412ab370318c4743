import sharp from "sharp";
import type { ModelItem } from "../../src/inference/request.ts";

/** A picture of a file as what a model is asked about. */
export async function pictureItem(path: string, parameters: object): Promise<Omit<ModelItem, "task">> {
  const { data, info } = await sharp(path)
    .removeAlpha()
    .toColourspace("srgb")
    .raw()
    .toBuffer({ resolveWithObject: true });
  const { width, height } = info;
  return { source: { type: "owned", rgb: data, width, height }, width, height, parameters };
}
