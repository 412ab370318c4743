// A folder with a model as Roboflow or Hugging Face lay it out: weights, and files beside them that tell what they are.
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { ModelError, messageOf } from "../../base/errors.ts";
import type { RecommendedScores } from "../../kinds/least-score.ts";
import type { Layout, Preprocessing, StatedTask } from "../families/family.ts";
import { statedTask } from "../stated-task.ts";
import { oldPreprocessing, preprocessingOf } from "./folder-preprocessing.ts";
import { findWeights } from "./model-weights.ts";

/** What the files of a folder tell. */
export interface ModelFolder {
  weights: string;
  /** Of a model of two files, whose `weights` are the encoder. */
  decoder: string | null;
  /** Weights of a tower for texts beside those for pictures. */
  texts: string | null;
  classes: string[] | null;
  points: string[][] | null;
  /** Name of a family or of an architecture. */
  architecture: string | null;
  task: StatedTask | null;
  options: Layout;
  preprocessing: Partial<Preprocessing>;
  size: { width?: number; height?: number };
  recommended: RecommendedScores | null;
  reasons: string[];
}

/** Reads the folder at `path`; null where that is no folder. Throws `ModelError` for one without weights, and for files that cannot be read. */
export async function readModelFolder(path: string): Promise<ModelFolder | null> {
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isFolder) return null;
  const names = await readdir(path);
  const { weights, decoder, texts } = await findWeights(names, path);
  const read = (name: string) => (names.includes(name) ? readText(join(path, name)) : null);
  const json = async (name: string) => parsed(await read(name), join(path, name));
  const [environment, config, about, type] = await Promise.all(
    ["environment.json", "inference_config.json", "model_config.json", "model_type.json"].map(json),
  );
  const [hub, feeding, points] = await Promise.all(
    ["config.json", "preprocessor_config.json", "keypoints_metadata.json"].map(json),
  );
  const named = namesOf(await read("class_names.txt"), { environment, hub });
  const { classes, background } = withoutRemoved(named, config);
  const told = preprocessingOf({ config, feeding }, path) ?? oldPreprocessing(environment, path);
  const used = names.filter((name) => KNOWN.includes(name) || name === decoder);
  return {
    weights: join(path, weights),
    decoder: decoder === null ? null : join(path, decoder),
    texts: texts === null ? null : join(path, texts),
    classes,
    points: pointsOf(points),
    architecture: textIn(about, "model_architecture") ?? textIn(type, "model_type") ?? textIn(hub, "model_type"),
    task: taskIn({ about, type, environment, config }),
    options: { ...(background === null ? {} : { background }), ...scoresOption(config), ...calibrationOption(config) },
    preprocessing: told?.preprocessing ?? {},
    size: told?.size ?? {},
    recommended: recommendedIn(about),
    reasons: used.length === 0 ? [] : [`beside the weights: ${used.join(", ")}`],
  };
}

const KNOWN = [
  "class_names.txt",
  "environment.json",
  "inference_config.json",
  "model_config.json",
  "model_type.json",
  "keypoints_metadata.json",
  "config.json",
  "preprocessor_config.json",
];

type Fields = Readonly<Record<string, unknown>>;

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    throw new ModelError("MODEL_FOLDER", `model file "${path}": ${messageOf(error)}`, { path });
  }
}

function parsed(text: string | null, path: string): unknown {
  if (text === null) return null;
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ModelError("MODEL_FOLDER", `model file "${path}": no JSON: ${messageOf(error)}`, { path });
  }
}

function fieldsOf(value: unknown): Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

function textIn(value: unknown, key: string): string | null {
  const text = fieldsOf(value)[key];
  return typeof text === "string" ? text : null;
}

function namesOf(lines: string | null, { environment, hub }: { environment: unknown; hub: unknown }): string[] | null {
  if (lines !== null) {
    const names = lines.split(/\r?\n/).map((line) => line.trim());
    return names.at(-1) === "" ? names.slice(0, -1) : names;
  }
  const old: { CLASS_MAP?: unknown; CLASS_LIST?: unknown } = fieldsOf(environment);
  const byIndex = [old.CLASS_MAP, fieldsOf(hub)["id2label"]].map(fieldsOf).find((map) => Object.keys(map).length > 0);
  if (byIndex !== undefined) {
    const names = Array.from({ length: Object.keys(byIndex).length }, (_, i) => byIndex[String(i)]);
    return names.every((name) => typeof name === "string") ? (names as string[]) : null;
  }
  const listed = old.CLASS_LIST;
  return Array.isArray(listed) ? listed.map(String) : null;
}

/** What Roboflow's trainer writes for the score of no object. */
const NO_CLASS = "background_class83422";

/** Names of scores that are no class; the classes after it move down. */
function withoutRemoved(
  names: string[] | null,
  config: unknown,
): { classes: string[] | null; background: number | null } {
  const operations = fieldsOf(config)["class_names_operations"];
  const removed = (Array.isArray(operations) ? operations : []).map(fieldsOf).flatMap(({ type, class_name: name }) => {
    return type === "class_name_removal" && typeof name === "string" ? [name] : [];
  });
  const background = names?.findIndex((name) => name === NO_CLASS || removed.includes(name)) ?? -1;
  if (names === null || background < 0) return { classes: names, background: null };
  return { classes: names.filter((_, i) => i !== background), background };
}

function taskIn({ about, type, environment, config }: Readonly<Record<string, unknown>>): StatedTask | null {
  const named =
    statedTask(textIn(about, "task_type"), "model_config.json") ??
    statedTask(textIn(type, "project_task_type"), "model_type.json");
  if (named !== null) return named;
  if (fieldsOf(environment)["MULTICLASS"] === true) return statedTask("multi-label-classification", "environment.json");
  const post = fieldsOf(fieldsOf(config)["post_processing"])["type"];
  if (post === "softmax") return statedTask("classification", "inference_config.json");
  return post === "sigmoid" ? statedTask("multi-label-classification", "inference_config.json") : null;
}

function scoresOption(config: unknown): Layout {
  const { type, fused } = fieldsOf(fieldsOf(config)["post_processing"]);
  if (type !== "softmax" && type !== "sigmoid") return {};
  return { scores: fused === true ? "done" : "logits" };
}

/** What an evaluation of the model found to be its best lowest scores; those of classes count beside one for all, as with the reference. */
function recommendedIn(about: unknown): RecommendedScores | null {
  const told = fieldsOf(fieldsOf(about)["recommended_parameters"]);
  const { confidence, per_class_confidence: byClass = told["perClassConfidence"] } = told;
  if (typeof confidence !== "number") return null;
  const scores = Object.entries(fieldsOf(byClass)).flatMap(([name, score]) => {
    return typeof score === "number" ? [[name, score] as const] : [];
  });
  return { confidence, byClass: Object.fromEntries(scores) };
}

/** From which score on a picture is anomalous, as the reference's trainer writes it. */
function calibrationOption(config: unknown): Layout {
  const { threshold, scale } = fieldsOf(fieldsOf(config)["calibration"]);
  return {
    ...(typeof threshold === "number" ? { threshold } : {}),
    ...(typeof scale === "number" ? { scale } : {}),
  };
}

/** Names of the points of each class, in its order. */
function pointsOf(value: unknown): string[][] | null {
  if (!Array.isArray(value)) return null;
  const points: string[][] = [];
  for (const entry of value.map(fieldsOf)) {
    const names = Object.entries(fieldsOf(entry["keypoints"])).sort(([a], [b]) => Number(a) - Number(b));
    points[Number(entry["object_class_id"] ?? 0)] = names.map(([, name]) => String(name));
  }
  return Array.from(points, (names) => names ?? []);
}
