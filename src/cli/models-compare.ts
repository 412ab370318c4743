import type { Command } from "commander";
import type { Issue } from "../base/issue.ts";
import { type Comparison, compareModels } from "../daemon/commands/compare/compare-models.ts";
import { comparisonText } from "./comparison-text.ts";
import { fraction, readModels, refuse, wholeNumber, withPlugins } from "./flags.ts";
import { print, printJson } from "./output.ts";
import { openProgress } from "./progress.ts";

interface Options {
  video?: string;
  images?: string;
  truth?: string;
  confidence?: string;
  iou?: string;
  maxPictures?: string;
  cpu?: boolean;
  ffmpeg?: string;
  json?: boolean;
}

/** `millrace models compare`. */
export function withModelsCompare(models: Command): void {
  withPlugins(models.command("compare"))
    .description(
      "compare two files of a model, such as fp32 and int8: time, agreement, and precision where truth is given",
    )
    .argument("<first>", "ONNX file or folder, with ,family= and ,classes= where the file does not tell")
    .argument("<second>", "the other one")
    .option("--video <path>", "video whose frames both are asked about")
    .option("--images <folder>", "folder of pictures, instead of a video")
    .option("--truth <file>", "objects of the pictures, as COCO's JSON: average precision of both")
    .option("--confidence <score>", "least score of an object, 0.4 by default")
    .option("--iou <overlap>", "overlap above which the weaker of two boxes is dropped, 0.5 by default")
    .option("--max-pictures <n>", "stop after this many, 300 by default")
    .option("--cpu", "on the processor, whatever else there is")
    .option("--ffmpeg <path>", "ffmpeg to use")
    .option("--json", "as JSON")
    .action(async (first: string, second: string, options: Options) => {
      const progress = openProgress({ unit: "pictures" });
      const found: Comparison = await compareModels({
        ...settingsOf([first, second], options),
        onProgress: (pictures) => progress.at(pictures),
      }).finally(() => progress.close());
      if (options.json) printJson(found);
      else print(comparisonText(found));
    });
}

const MOST_PICTURES = 300;

function settingsOf(paths: readonly [string, string], options: Options) {
  const issues: Issue[] = [];
  const { video, images, truth, ffmpeg } = options;
  const { first, second } = readModels([`first=${paths[0]}`, `second=${paths[1]}`], issues);
  const maxPictures = wholeNumber("--max-pictures", options.maxPictures, issues) ?? MOST_PICTURES;
  const confidence = fraction("--confidence", options.confidence, issues) ?? 0.4;
  const iouThreshold = fraction("--iou", options.iou, issues) ?? 0.5;
  if ((video === undefined) === (images === undefined)) {
    issues.push({ code: "FLAG_FORM", path: "", message: "expected --video or --images, one of the two" });
  }
  refuse(issues);
  return {
    first: first ?? {},
    second: second ?? {},
    from: video === undefined ? { images: images ?? "" } : { video },
    maxPictures,
    confidence,
    iouThreshold,
    providers: options.cpu ? (["cpu"] as const) : (["tensorrt", "cuda", "cpu"] as const),
    ...(truth === undefined ? {} : { truth }),
    ...(ffmpeg === undefined ? {} : { ffmpegPath: ffmpeg }),
  };
}
