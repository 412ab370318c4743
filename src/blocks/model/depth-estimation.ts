import { z } from "zod";
import { StepError } from "../../base/errors.ts";
import type { Color } from "../../drawing/canvas.ts";
import { paletteOf } from "../../drawing/palette.ts";
import type { Image } from "../../kinds/image.ts";
import type { DepthMap } from "../../kinds/model-task.ts";
import { shaded, stretchMap } from "../../vision/contrast/stretch-map.ts";
import { type Context, defineBlock } from "../contract/block.ts";
import { modelVersion } from "../contract/fields.ts";
import { askModels } from "./ask-models.ts";
import { images } from "./model-fields.ts";

const VERSIONS = [
  "depth-anything-v2/small",
  "depth-anything-v3/small",
  "depth-anything-v3/base",
  "yolo26n-depth-768",
  "yolo26s-depth-768",
  "yolo26m-depth-768",
  "yolo26l-depth-768",
  "yolo26x-depth-768",
] as const;

export const depthEstimationV1 = defineBlock({
  type: "roboflow_core/depth_estimation@v1",
  category: "model",
  summary: "Estimates how near everything in an image is: a map of 0 (farthest) to 1 (nearest), and a picture of it.",
  inputs: () =>
    z.object({
      images: images(),
      model_version: modelVersion("depth", { prefix: "", versions: VERSIONS })
        .default("depth-anything-v3/small")
        .describe("Name of the model, mapped to a local ONNX file."),
    }),
  synonyms: { images: ["image"] },
  outputs: { image: "image", normalized_depth: "numpy_array" },
  batches: ["images"],
  needs: ["models", "ids"],
  example: { images: "$inputs.image", model_version: "depth-anything-v2/small" },
  runMany: estimateAll,
});

interface Inputs {
  images: Image;
  model_version: string;
}

async function estimateAll(elements: readonly Inputs[], contexts: readonly Context<undefined, undefined>[]) {
  const { models, ids } = (contexts[0] as Context).services;
  const questions = elements.map((inputs) => ({ model: inputs.model_version, item: inputs.images, parameters: {} }));
  const answers = await askModels(models, "depth", questions);
  return elements.map(({ images: image }, i) => {
    const map = answers[i]?.reply;
    if (map === undefined) return { image: null, normalized_depth: null };
    const depth = nearnessOf(map, image, contexts[i]?.step ?? "");
    return { image: picture(depth, image, ids.uuid()), normalized_depth: rowsOf(depth, image) };
  });
}

/** Nearness of every pixel of the image, 0 to 1: bilinear between the cells of the map. */
function nearnessOf(map: DepthMap, { width, height }: Image, step: string): Float32Array {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of map.values) {
    if (value < least) least = value;
    if (value > most) most = value;
  }
  if (!(most > least))
    throw new StepError("STEP_FAILED", `step "${step}": everything in the image has one depth`, { step });
  const [from, scale] = map.larger === "nearer" ? [least, 1 / (most - least)] : [most, -1 / (most - least)];
  return stretchMap(map.values, map, { width, height }).map((value) => (value - from) * scale);
}

const SHADES: readonly Color[] = paletteOf(
  { color_palette: "Matplotlib Viridis", palette_size: 256, custom_colors: [] },
  "depth_estimation",
);

function picture(depth: Float32Array, image: Image, id: string): Image {
  const { width, height } = image;
  const root = { id, width, height, offsetX: 0, offsetY: 0 };
  const rgb = shaded(depth, SHADES);
  return { ...image, parentId: id, parent: null, root, pixels: { type: "owned", rgb, width, height } };
}

function rowsOf(depth: Float32Array, { width, height }: Image): Float32Array[] {
  return Array.from({ length: height }, (_, y) => depth.subarray(y * width, (y + 1) * width));
}
