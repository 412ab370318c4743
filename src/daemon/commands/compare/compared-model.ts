import type { ModelDescription } from "../../../inference/description.ts";
import type { Sighting } from "../../../inference/measures/agreement.ts";
import {
  type CocoFigures,
  type CocoResult,
  type CocoTruth,
  cocoFigures,
} from "../../../inference/measures/coco-precision.ts";
import type { OpenModel } from "../../../inference/open-model.ts";
import type { ProviderName } from "../../../inference/provider-library.ts";
import { ROW } from "../../../inference/request.ts";
import type { ClassScores, DetectParameters, FoundObjects, TaskName } from "../../../kinds/model-task.ts";
import type { ComparedPicture } from "./compared-pictures.ts";

export type ComparedTask = "detect" | "classify";

export interface SideSettings {
  task: ComparedTask;
  iouThreshold: number;
  truth?: string;
}

export interface ComparedModel {
  path: string;
  family: string;
  input: string;
  bytes: number;
  provider: ProviderName;
  /** Milliseconds of a picture: pixels to input, the model itself, outputs to objects. */
  ms: { prepare: Spread; run: Spread; decode: Spread };
  /** Against the truth, null without one. */
  precision: CocoFigures | null;
}

export interface Spread {
  p50: number;
  p99: number;
}

/** One of the two models, with what it took and found. */
export interface Side {
  /** Best first. */
  look(picture: ComparedPicture): Promise<Sighting[]>;
  result(truth: CocoTruth | null): ComparedModel;
}

/** So low that what only one model has can be found below the threshold of the other, and precision can be computed. */
const LEAST_CONFIDENCE = 0.01;

export function openSide(model: OpenModel, description: ModelDescription, settings: SideSettings): Side {
  const { task } = settings;
  const times = { prepare: [] as number[], run: [] as number[], decode: [] as number[] };
  const found: { name: string; sightings: Sighting[] }[] = [];
  const { classes } = description;
  const parameters: DetectParameters = {
    confidence: LEAST_CONFIDENCE,
    iouThreshold: settings.iouThreshold,
    maxDetections: 300,
    maxCandidates: 3000,
    classAgnostic: false,
    classFilter: null,
  };
  return {
    async look({ name, width, height, source }) {
      const item = {
        task: taskAsked(task, description),
        source,
        width,
        height,
        parameters: task === "detect" ? parameters : {},
      };
      const { replies, timings } = await model.run([item]);
      times.prepare.push(timings.preMs);
      times.run.push(timings.inferMs);
      times.decode.push(timings.postMs);
      const reply = replies[0] ?? {};
      const sightings = task === "detect" ? boxes(reply as FoundObjects, classes) : best(reply as ClassScores, classes);
      if (settings.truth !== undefined) found.push({ name, sightings });
      return sightings;
    },
    result: (truth) => ({
      path: description.path,
      family: description.family ?? "",
      input: inputText(description),
      bytes: description.sizeBytes,
      provider: model.provider,
      ms: { prepare: spread(times.prepare), run: spread(times.run), decode: spread(times.decode) },
      precision: truth === null ? null : cocoFigures(truth, cocoResults(truth, found)),
    }),
  };
}

function taskAsked(task: ComparedTask, { task: own }: ModelDescription): TaskName {
  return task === "detect" || own === null ? "detect" : own;
}

function boxes({ rows }: FoundObjects, classes: readonly string[]): Sighting[] {
  return Array.from({ length: rows.length / ROW }, (_, i) => {
    const [x1 = 0, y1 = 0, x2 = 0, y2 = 0, score = 0, classId = 0] = rows.subarray(i * ROW, (i + 1) * ROW);
    return { className: classes[classId] ?? `${classId}`, score, box: [x1, y1, x2, y2] };
  });
}

/** The class of the whole picture. */
function best({ scores }: ClassScores, classes: readonly string[]): Sighting[] {
  const score = Math.max(...scores);
  const at = scores.indexOf(score);
  return [{ className: classes[at] ?? `${at}`, score, box: [0, 0, 1, 1] }];
}

function inputText({ input, inputs }: ModelDescription): string {
  if (input === null) return "";
  const type = inputs.find(({ name }) => name === input.name)?.elementType ?? input.elementType;
  return `${input.width}x${input.height} ${type}`;
}

function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => Math.round((sorted[Math.ceil(share * sorted.length) - 1] ?? 0) * 1000) / 1000;
  return { p50: at(0.5), p99: at(0.99) };
}

function cocoResults(
  { images, categories }: CocoTruth,
  found: readonly { name: string; sightings: Sighting[] }[],
): CocoResult[] {
  const imageIds = new Map(images.map(({ id, file_name: name }) => [name, id]));
  const classIds = new Map(categories.map(({ id, name }) => [name, id]));
  return found.flatMap(({ name, sightings }) =>
    sightings.flatMap(({ className, score, box: [x1, y1, x2, y2] }) => {
      const [image, category] = [imageIds.get(name), classIds.get(className)];
      if (image === undefined || category === undefined) return [];
      return [{ image_id: image, category_id: category, bbox: [x1, y1, x2 - x1, y2 - y1] as const, score }];
    }),
  );
}
