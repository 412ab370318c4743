import { ConfigError } from "../../../base/errors.ts";
import type { Issue } from "../../../base/issue.ts";
import type { ModelDescription } from "../../../inference/description.ts";
import { type Agreement, agreementCounter } from "../../../inference/measures/agreement.ts";
import type { CocoTruth } from "../../../inference/measures/coco-precision.ts";
import { openModel } from "../../../inference/open-model.ts";
import type { ProviderName } from "../../../inference/provider-library.ts";
import { SERVES } from "../../../kinds/model-task.ts";
import type { ModelConfig } from "../../config/schema/config-schema.ts";
import { inspectConfigured } from "../../prepare/model-list.ts";
import { type ComparedModel, type ComparedTask, openSide, type Side } from "./compared-model.ts";
import { type PictureSource, picturesOfFolder, picturesOfVideo } from "./compared-pictures.ts";
import { readTruth } from "./read-truth.ts";

export interface CompareSettings {
  first: ModelConfig;
  second: ModelConfig;
  /** A video or a folder of pictures. */
  from: { video: string } | { images: string };
  /** COCO file with the objects of the pictures of a folder. */
  truth?: string;
  /** Least score of an object. */
  confidence: number;
  /** Overlap above which the weaker of two boxes is dropped. */
  iouThreshold: number;
  maxPictures: number;
  providers: readonly ProviderName[];
  ffmpegPath?: string;
  onProgress: (pictures: number) => void;
}

export interface Comparison {
  pictures: number;
  /** What both were asked for. */
  task: ComparedTask;
  models: [ComparedModel, ComparedModel];
  /** Of boxes; null for classifiers. */
  agreement: Agreement | null;
  /** Share of pictures on which both name the same class first; null for detectors. */
  sameClass: number | null;
}

/**
 * Asks two models about the same pictures in turn, in this thread, so that both have the machine to themselves and share its mood.
 * Throws `ConfigError` with everything that is wrong with files and flags.
 */
export async function compareModels(settings: CompareSettings): Promise<Comparison> {
  const { first, second, task, truth } = await prepared(settings);
  const { from, ffmpegPath } = settings;
  const source = "video" in from ? await picturesOfVideo(from.video, ffmpegPath) : await picturesOfFolder(from.images);
  const open = (description: ModelDescription) =>
    openModel(description, source.arena, { providers: settings.providers });
  const one = await open(first);
  try {
    const other = await open(second);
    try {
      const sides = [
        openSide(one, first, { task, ...settings }),
        openSide(other, second, { task, ...settings }),
      ] as const;
      return await compare(sides, source, { settings, task, truth });
    } finally {
      await other.close();
    }
  } finally {
    await one.close();
  }
}

interface Compared {
  settings: CompareSettings;
  task: ComparedTask;
  truth: CocoTruth | null;
}

async function compare(
  [first, second]: readonly [Side, Side],
  source: PictureSource,
  { settings, task, truth }: Compared,
): Promise<Comparison> {
  const agreement = agreementCounter(settings.confidence);
  let [pictures, same] = [0, 0];
  for await (const picture of source.pictures()) {
    const [one, other] = [await first.look(picture), await second.look(picture)];
    if (task === "detect") agreement.add(one, other);
    else if (one[0]?.className === other[0]?.className) same++;
    settings.onProgress(++pictures);
    if (pictures >= settings.maxPictures) break;
  }
  if (pictures === 0) throw new ConfigError("COMPARE", [issue("COMPARE_PICTURES", "there is no frame in the video")]);
  return {
    pictures,
    task,
    models: [first.result(truth), second.result(truth)],
    agreement: task === "detect" ? agreement.result() : null,
    sameClass: task === "classify" ? same / pictures : null,
  };
}

interface Prepared {
  first: ModelDescription;
  second: ModelDescription;
  task: ComparedTask;
  truth: CocoTruth | null;
}

async function prepared(settings: CompareSettings): Promise<Prepared> {
  const { first: one, second: other, truth, from } = settings;
  const issues: Issue[] = [];
  const inspected = await inspectConfigured({ models: { first: one, second: other } }, { families: [] });
  for (const { error } of inspected) if (error !== null) issues.push(issue("MODEL", error.replace(/^model /, "")));
  const [first, second] = inspected.flatMap(({ description }) => description ?? []);
  const task = first === undefined || second === undefined ? "detect" : sharedTask(first, second, issues);
  const known = truth === undefined ? null : await readTruth(truth, issues);
  if (truth !== undefined && "video" in from) issues.push(issue("FLAG_FORM", "--truth belongs to --images"));
  if (issues.length > 0 || first === undefined || second === undefined) throw new ConfigError("COMPARE", issues);
  return { first, second, task, truth: known };
}

/** Boxes where both find them, the first class where both classify; anything else is a fault, and so are classes without a common name. */
function sharedTask(first: ModelDescription, second: ModelDescription, issues: Issue[]): ComparedTask {
  const tasks = [first.task, second.task];
  const isDetecting = tasks.every((task) => task !== null && SERVES[task].includes("detect"));
  const isClassifying = tasks.every((task) => task === "classify" || task === "classify_multi_label");
  if (!isDetecting && !isClassifying) {
    const what = [first, second].map(({ path, task }) => `"${path}" is for ${task?.replaceAll("_", " ")}`).join(", ");
    const hint = "two models that find boxes, or two that classify, can be compared";
    issues.push({ ...issue("MODEL_TASK", what), hint });
  } else if (!first.classes.some((name) => second.classes.includes(name))) {
    const [a = "none", b = "none"] = [first.classes[0], second.classes[0]];
    const what = `the models have no class name in common (the first of each are "${a}" and "${b}")`;
    issues.push({ ...issue("MODEL_CLASSES", what), hint: "state the names of one with ,classes=FILE" });
  }
  return isDetecting ? "detect" : "classify";
}

function issue(code: string, message: string): Issue {
  return { code, path: "", message };
}
