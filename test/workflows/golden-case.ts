import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { ROOT } from "../helpers/cli.ts";

// A golden run is a folder: workflow.json, case.json (how it is run), expected.json, note.md (why that is expected).

/** A test asset by its name, or a frame of the demo's scene. */
const picture = z.union([z.string(), z.strictObject({ scene: z.int().min(0) })]);

/** One run on JSON values and pictures; several pictures make a batch. */
const values = z.strictObject({
  type: z.literal("values"),
  images: z.record(z.string(), z.array(picture)).default({}),
  values: z.record(z.string(), z.unknown()).default({}),
});

/** Frames of the demo's scene, in rounds of all cameras that have one; every camera shows a scene of its own. */
const scene = z.strictObject({
  type: z.literal("scene"),
  rounds: z.int().positive(),
  fps: z.number().positive(),
  cameras: z.record(
    z.string(),
    z.strictObject({
      seed: z.int(),
      first: z.int().min(0).default(0),
      /** A frame in every so many rounds. */
      every: z.int().positive().default(1),
    }),
  ),
});

/** Rows of a file of MOTChallenge as the batch input `detections`, with a small picture that carries the video's clock. */
const boxes = z.strictObject({
  type: z.literal("boxes"),
  file: z.string(),
  width: z.int(),
  height: z.int(),
  fps: z.number(),
});

/** One frame in every so many of a video file, in order. */
const video = z.strictObject({ type: z.literal("video"), asset: z.string(), every: z.int().positive() });

const tolerance = z.strictObject({
  /** Least overlap of a box with the expected one. */
  iou: z.number().default(0.6),
  /** Largest difference of a confidence. */
  score: z.number().default(0.1),
  /** Largest difference of any other number. */
  number: z.number().default(1e-6),
});

const Case = z.strictObject({
  /** What the run shows, as a sentence. */
  title: z.string(),
  /** Path in the repository, where the definition is not the folder's own. */
  definition: z.string().optional(),
  /** Files by model id: names of test assets, or paths in the repository that begin with "demo/". */
  models: z.record(z.string(), z.string()).default({}),
  feed: z.discriminatedUnion("type", [values, scene, boxes, video]),
  parameters: z.record(z.string(), z.unknown()).default({}),
  on_error: z.enum(["throw", "isolate"]).default("throw"),
  tolerance: tolerance.prefault({}),
});

export type GoldenCase = z.output<typeof Case>;
export type Feed<T extends GoldenCase["feed"]["type"]> = Extract<GoldenCase["feed"], { type: T }>;
export type Tolerance = GoldenCase["tolerance"];

export async function readCase(name: string): Promise<GoldenCase> {
  return Case.parse(await readJson(name, "case.json"));
}

export async function readJson(name: string, file: string): Promise<unknown> {
  return JSON.parse(await readFile(pathIn(name, file), "utf8"));
}

export function pathIn(name: string, file: string): string {
  return fileURLToPath(new URL(`${name}/${file}`, import.meta.url));
}

/** Assets that the case cannot do without. */
export function assetsOf({ models, feed }: GoldenCase): string[] {
  const files = Object.values(models).filter((file) => repositoryFile(file) === undefined);
  if (feed.type === "boxes") files.push(feed.file);
  if (feed.type === "video") files.push(feed.asset);
  if (feed.type !== "values") return files;
  const pictures = Object.values(feed.images).flat();
  return [...files, ...pictures.filter((name) => typeof name === "string")];
}

/** Path of a file that is part of the repository, undefined for an asset. */
export function repositoryFile(file: string): string | undefined {
  return file.startsWith("demo/") ? `${ROOT}${file}` : undefined;
}
