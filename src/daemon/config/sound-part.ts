import type { z } from "zod";
import type { Config } from "./schema/config-schema.ts";

/** A config without the entries that are at fault, by which everything else is judged, so that all mistakes come at once. */
export interface SoundPart {
  config: Config;
  /** Keys at the top that something was left out of. What is missing there is no fault of those who refer to it. */
  incomplete: ReadonlySet<string>;
}

type Path = readonly PropertyKey[];

/** Maps whose entries are at fault one by one; of anything else all below its key at the top is. */
const MAPS: readonly PropertyKey[] = ["cameras", "models", "pipelines", "zones"];

/** The data without what the schema refuses: unknown keys by themselves, wrong values with the entry that they are in. */
export function withoutRefused(data: unknown, issues: readonly z.core.$ZodIssue[], open: readonly Path[]): unknown {
  const rest: unknown = structuredClone(data ?? {});
  const entries: Path[] = [...open];
  for (const issue of issues) {
    if (issue.code === "unrecognized_keys") for (const key of issue.keys) remove(rest, [...issue.path, key]);
    else entries.push(issue.path);
  }
  for (const path of entries) remove(rest, entryOf(path));
  return isMap(rest) ? { cameras: {}, pipelines: {}, ...rest } : rest;
}

/** The config without the entries of these faults, and pipelines without cameras that are not there. */
export function soundPart(config: Config, faults: readonly Path[], before: readonly Path[]): SoundPart {
  const rest = { ...config, cameras: { ...config.cameras }, models: { ...config.models }, zones: { ...config.zones } };
  const entries = faults.filter(([key]) => key === "cameras" || key === "models" || key === "zones");
  for (const path of entries) remove(rest, entryOf(path));
  const pipelines = Object.entries(config.pipelines).map(([id, pipeline]) => {
    return [id, { ...pipeline, cameras: pipeline.cameras.filter((camera) => camera in rest.cameras) }] as const;
  });
  const incomplete = new Set([...before, ...entries].map(([key]) => String(key)));
  if (pipelines.some(([id, { cameras }]) => cameras.length < (config.pipelines[id]?.cameras.length ?? 0))) {
    incomplete.add("cameras");
  }
  return { config: { ...rest, pipelines: Object.fromEntries(pipelines) }, incomplete };
}

/** Ids of a map that its entries are left out under; null when the map itself is. */
export function idsLeftOut(map: string, paths: readonly Path[]): string[] | null {
  const found = paths.filter(([key]) => key === map).map(([, id]) => id);
  return found.includes(undefined) ? null : found.map(String);
}

function entryOf(path: Path): Path {
  return path.slice(0, MAPS.includes(path[0] ?? "") ? 2 : 1);
}

function remove(data: unknown, path: Path): void {
  const key = path.at(-1);
  let holder = data;
  for (const part of path.slice(0, -1))
    holder = isMap(holder) || Array.isArray(holder) ? Reflect.get(holder, part) : null;
  if (key !== undefined && isMap(holder)) Reflect.deleteProperty(holder, key);
}

function isMap(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
