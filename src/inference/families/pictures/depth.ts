// Depth of every pixel from one picture (MiDaS, Depth Anything: larger is nearer; metric models: larger is farther).
import type { DepthMap } from "../../../kinds/model-task.ts";
import { describeTensors, isFloat } from "../evidence.ts";
import { type FamilyOf, type ImageFacts, type ItemOutputs, type ModelFacts, no, type Verdict } from "../family.ts";
import { IMAGENET, LETTERBOX_RGB } from "../preprocessing.ts";

export const depth: FamilyOf<"depth"> = {
  name: "depth",
  aliases: ["midas", "depth-anything", "depth-anything-v2", "depth-anything-v3", "yolo26-depth"],
  task: "depth",
  preprocessing: IMAGENET,
  options: { larger: '"nearer" or "farther": what larger values are' },
  sizeFor,
  match,
  depthMap,
};

const NAMES = ["depth", "predicted_depth", "inverse_depth", "disparity"];

function match(facts: ModelFacts): Verdict {
  const { file, image, task, stated, options } = facts;
  const named = file.outputs.findIndex(({ name }) => NAMES.includes(name));
  const at = named >= 0 ? named : file.outputs.length === 1 ? 0 : -1;
  const output = file.outputs[at];
  if (output === undefined || !isMap(output.shape, image)) {
    return no(`expected one map of one channel, found ${describeTensors(file.outputs)}`);
  }
  const isWhole =
    output.shape.length === 3 &&
    image.height !== null &&
    output.shape[1] === image.height &&
    output.shape[2] === image.width;
  if (!stated && named < 0 && task === null && !(isWhole && isFloat(output))) {
    return no("a map of one channel may be of text or of a foreground as well", "the family");
  }
  const isMetric = task?.text === "depth";
  const told = options["larger"];
  const larger = told === "nearer" || told === "farther" ? told : isMetric ? "farther" : "nearer";
  return {
    matches: true,
    classCount: 0,
    layout: { map: at, larger },
    reason: `a map of one channel, "${output.name}", larger values ${larger}`,
    ...(isMetric ? { preprocessing: LETTERBOX_RGB } : {}),
  };
}

function isMap(shape: readonly (number | string)[], image: ImageFacts): boolean {
  if (shape.length === 4) return shape[1] === 1 || shape[3] === 1;
  const [, down, across] = shape;
  const isLike = (side: number | string | undefined, whole: number | null) =>
    typeof side === "string" || whole === null || side === whole;
  return shape.length === 3 && isLike(down, image.height) && isLike(across, image.width);
}

/** Multiples of a patch of 14 pixels, the shorter side about 518, as Depth Anything is trained. */
function sizeFor({ width, height }: { width: number; height: number }) {
  const scale = 518 / Math.min(width, height);
  const side = (length: number) => Math.max(14, Math.round((length * scale) / 14) * 14);
  return { width: side(width), height: side(height) };
}

function depthMap({ outputs, index, layout }: ItemOutputs): DepthMap {
  const { data, dims } = outputs[layout["map"] as number]!;
  const [height = 0, width = 0] = dims.length === 3 || dims[3] === 1 ? dims.slice(1) : dims.slice(2);
  const values = data.slice(index * width * height, (index + 1) * width * height);
  return { width, height, values, larger: layout["larger"] as DepthMap["larger"] };
}
