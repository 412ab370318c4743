// A score of every class for each pixel (DeepLab, SegFormer, U-Net, YOLO26-sem of Roboflow), or the class itself (Ultralytics).
import { COCO80 } from "../../coco80.ts";
import { describeTensors, isFloat, namedClasses } from "../evidence.ts";
import { type ClassPlanes, type FamilyOf, type ItemOutputs, type ModelFacts, no, type Verdict } from "../family.ts";
import { IMAGENET, LETTERBOX_RGB, STRETCH_RGB } from "../preprocessing.ts";

export const semanticSegmentation: FamilyOf<"semantic"> = {
  name: "semantic-segmentation",
  aliases: ["deeplab", "deeplabv3", "deeplabv3plus", "segformer", "unet", "yolo26-sem"],
  task: "semantic",
  preprocessing: IMAGENET,
  confidence: 0.5,
  match,
  classPlanes,
};

function match(facts: ModelFacts): Verdict {
  const { outputs } = facts.file;
  const { image } = facts;
  // torchvision's second output is that of a head for training.
  const [output, ...others] = outputs.filter(({ name }) => name !== "aux");
  if (output === undefined || others.length > 0) return no(`expected one map, found ${describeTensors(outputs)}`);
  const { shape } = output;
  if (!facts.stated && OTHERS.includes(output.name))
    return no(`its output "${output.name}" has the name of another family's`);
  if (shape.length === 3 && !isFloat(output)) return matchMap(facts, shape);
  if (shape.length !== 4) return no(`expected a map of 4 dimensions, found ${describeTensors(outputs)}`);
  const isLast = image.layout === "nhwc" && shape[1] !== 1;
  const channels = isLast ? shape[3] : shape[1];
  if (typeof channels !== "number") return no("the number of channels is free");
  if (channels === 1 && !facts.stated && facts.task === null) {
    return no("a map of one channel may be of depth, of text or of a foreground", "the family");
  }
  const counted = countOf(channels, facts);
  if (typeof counted === "string") return no(counted);
  const [down, across] = isLast ? [shape[1], shape[2]] : [shape[2], shape[3]];
  if (!facts.stated && facts.task === null && !isKnown(channels, facts) && isCoarse(down, across, facts)) {
    return no("nothing tells its map from one of boxes", "the family");
  }
  if (!facts.stated && !hasShapeOf(image, down, across)) return no("a map of another shape than the input");
  const preprocessing = isLast ? { scale: 1 / 127.5, mean: ONE, std: [1, 1, 1] as [number, number, number] } : {};
  return {
    matches: true,
    classCount: counted,
    layout: { isLast, isMap: false },
    reason: `one map of ${across}x${down} cells with ${channels} channels`,
    preprocessing,
  };
}

/** Names that are settled for maps of something else. */
const OTHERS = ["heatmaps", "depth", "predicted_depth", "masks", "image_embeddings"];

const ONE: [number, number, number] = [1, 1, 1];

/** Within a cell along each side. */
function hasShapeOf(
  { width, height }: ModelFacts["image"],
  down: number | string | undefined,
  across: number | string | undefined,
): boolean {
  if (typeof down !== "number" || typeof across !== "number" || width === null || height === null) return true;
  return Math.abs(down * width - across * height) <= width + height;
}

function matchMap(facts: ModelFacts, [, down, across]: readonly (number | string)[]): Verdict {
  const { width, height } = facts.image;
  const isWhole = (side: number | string | undefined, whole: number | null) =>
    typeof side === "string" || side === whole;
  if (!isWhole(down, height) || !isWhole(across, width)) return no("a map of classes that is not of the input's size");
  const classCount = namedClasses(facts);
  if (classCount === null) return no("nothing names the classes, which a map of them does not count", "classes");
  const preprocessing = facts.task?.text === "semantic" ? LETTERBOX_RGB : STRETCH_RGB;
  return {
    matches: true,
    classCount,
    layout: { isLast: false, isMap: true },
    reason: "one map of classes",
    preprocessing,
  };
}

/** A map may leave the background out, which is one of the names then. */
function countOf(channels: number, facts: ModelFacts): number | string {
  const named = namedClasses(facts);
  if (named === null) return channels === 1 ? 2 : channels;
  if (named === channels) return channels;
  const hasBackground = facts.names?.some((name) => name.toLowerCase() === "background") ?? true;
  if (named === channels + 1 && hasBackground) return named;
  return `there are ${named} class names, and ${channels} channels`;
}

function isKnown(channels: number, facts: ModelFacts): boolean {
  return namedClasses(facts) !== null && channels !== COCO80.length + 5;
}

/** Maps of boxes have cells of 8 pixels and more. */
function isCoarse(
  down: number | string | undefined,
  across: number | string | undefined,
  { image }: ModelFacts,
): boolean {
  if (typeof down !== "number" || typeof across !== "number") return false;
  return down * 8 <= (image.height ?? 0) && across * 8 <= (image.width ?? 0);
}

function classPlanes({ outputs, index, layout }: ItemOutputs): ClassPlanes {
  const { data, dims } = outputs[0]!;
  if (layout["isMap"] === true) {
    const [, height = 0, width = 0] = dims;
    return {
      width,
      height,
      channels: 1,
      isMap: true,
      data,
      offset: index * width * height,
      channelStride: 1,
      cellStride: 1,
    };
  }
  const [channels, height, width] =
    layout["isLast"] === true ? [dims[3]!, dims[1]!, dims[2]!] : [dims[1]!, dims[2]!, dims[3]!];
  const cells = width * height;
  const strides =
    layout["isLast"] === true ? { channelStride: 1, cellStride: channels } : { channelStride: cells, cellStride: 1 };
  return { width, height, channels, isMap: false, data, offset: index * cells * channels, ...strides };
}
