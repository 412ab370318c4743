import type { Command } from "commander";
import type { Issue } from "../base/issue.ts";
import { type ProcessSettings, type ProcessSummary, processVideo } from "../daemon/commands/process-video.ts";
import { logLine } from "../daemon/report/log-line.ts";
import { collect, doubts, readModels, readParameters, refuse, wholeNumber, withPlugins } from "./flags.ts";
import { printJson, say, sayOutput } from "./output.ts";
import { NO_PROGRESS, openProgress } from "./progress.ts";

interface Options {
  video: string;
  imageInput?: string;
  param: string[];
  model: string[];
  out?: string;
  summary?: string;
  maxFrames?: string;
  annotated: string[];
  annotatedOutput: string[];
  ffmpeg?: string;
  strict?: boolean;
  pictures: boolean;
  quiet?: boolean;
  verbose?: boolean;
  disableSinks?: boolean;
}

export function addProcess(program: Command): void {
  withPlugins(program.command("process"))
    .description("run a definition on every frame of a video file")
    .argument("<file>", "definition, a JSON file")
    .requiredOption("--video <path>", "video file")
    .option("--image-input <name>", "input that the frames feed; the first image input by default")
    .option("--param <name=json>", "value of a parameter", collect, [])
    .option(
      "--model <id=path>",
      "ONNX file of a model, with ,family= and ,classes= where the file does not tell",
      collect,
      [],
    )
    .option("--out <file>", "results, one line of JSON for each frame")
    .option("--summary <file>", "frames, seconds and times of the stages, as JSON")
    .option("--max-frames <n>", "stop after this many frames")
    .option("--annotated <file>", "video of a picture output; may be given several times", collect, [])
    .option("--annotated-output <name>", "which picture output, one for each --annotated", collect, [])
    .option("--ffmpeg <path>", "ffmpeg to use")
    .option("--no-pictures", "leave pictures out of the results: they are null there")
    .option("--quiet", "say nothing but what failed")
    .option("--verbose", "say every failure of a step, not the first few alone, and what was opened")
    .option("--strict", "treat warnings as faults")
    .option("--disable-sinks", "send and write nothing, whatever the steps say")
    .action(async (definition: string, options: Options) => {
      const progress = options.quiet ? NO_PROGRESS : openProgress({ unit: "frames" });
      const summary = await processVideo({
        ...settingsOf(definition, options),
        onProgress: (frames) => progress.at(frames),
        onLength: (frames) => progress.expect(frames),
        report: complaints(options),
      });
      progress.close();
      tell(summary, options);
      if (options.summary === undefined) printJson(summary);
    });
}

/** No result at all is a failure; with `--strict` failed frames are too. */
function tell({ frames, faults, failed_frames: failed, damage }: ProcessSummary, { strict: isStrict }: Options): void {
  if (faults > 0) say(`${faults} steps failed on ${failed} of ${frames} frames; their outputs are null there`);
  if (damage !== undefined)
    say(`warning: the video is damaged or cut off, ${frames} frames of it were read: ${damage}`);
  const isInVain = failed > 0 && failed === frames;
  if (isInVain || (isStrict && (failed > 0 || damage !== undefined))) process.exitCode = 1;
}

function settingsOf(definition: string, options: Options): Omit<ProcessSettings, "onProgress" | "onLength" | "report"> {
  const issues: Issue[] = [];
  const { video, imageInput, out, summary, annotated, annotatedOutput, ffmpeg } = options;
  const maxFrames = wholeNumber("--max-frames", options.maxFrames, issues);
  const parameters = readParameters(options.param, issues);
  const models = readModels(options.model, issues);
  if (annotated.length !== annotatedOutput.length) {
    const message = "--annotated and --annotated-output belong together";
    const counts = `there are ${annotated.length} of the one and ${annotatedOutput.length} of the other`;
    issues.push({ code: "FLAG_FORM", path: "", message, ...(annotated.length > 1 ? { hint: counts } : {}) });
  }
  if (new Set(annotated).size < annotated.length) {
    issues.push({ code: "FLAG_FORM", path: "", message: "--annotated names one file twice" });
  }
  if (options.quiet && options.verbose)
    issues.push({ code: "FLAG_FORM", path: "", message: "--quiet and --verbose exclude each other" });
  refuse(issues);
  return {
    definition,
    ...(options.quiet ? { isStrict: options.strict === true } : doubts(options)),
    withoutPictures: !options.pictures,
    disableSinks: options.disableSinks ?? false,
    video,
    parameters,
    models,
    ...(imageInput === undefined ? {} : { imageInput }),
    ...(out === undefined ? {} : { out }),
    ...(summary === undefined ? {} : { summary }),
    ...(maxFrames === undefined ? {} : { maxFrames }),
    annotated: annotated.map((path, i) => ({ path, output: annotatedOutput[i] ?? "" })),
    ...(ffmpeg === undefined ? {} : { ffmpegPath: ffmpeg }),
  };
}

/** The first few failures in full, as a broken step fails on every frame. */
const FEW = 5;

function complaints({ quiet: isQuiet, verbose: isVerbose }: Options): ProcessSettings["report"] {
  let count = 0;
  return (event) => {
    if (event.type === "block_output") {
      if (!isQuiet) sayOutput(event);
      return;
    }
    const line = logLine(event);
    if (!isVerbose && (line.level === "info" || count >= FEW)) return;
    if (isQuiet && line.level !== "error") return;
    if (line.level !== "info") count++;
    say(line.below === undefined ? line.message : `${line.message}\n${line.below}`);
  };
}
