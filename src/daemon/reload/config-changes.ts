import { isDeepStrictEqual } from "node:util";
import type { ModelDescription } from "../../inference/description.ts";
import type { Config, PipelineConfig } from "../config/schema/config-schema.ts";
import type { Taker } from "../config/schema/taker.ts";
import type { Prepared, PreparedPipeline } from "../prepare/prepare.ts";
import { type ChangedKey, changedKeys } from "./changed-keys.ts";

/** A config with everything it refers to. */
export interface PreparedConfig {
  config: Config;
  prepared: Prepared;
}

/** The differences between two configs, by the action they need. Lists hold ids. */
export interface ConfigChanges {
  /** Keys that only a daemon that is reopened can take. */
  restart: string[];
  /** Keys of parts around the pipelines. */
  broker: string[];
  page: string[];
  statistics: string[];
  /** How the machine is watched. */
  host: string[];
  /** What is published as video. */
  video: string[];
  /** Keys that are applied outside of the daemon object. */
  outside: string[];
  pipelines: {
    added: string[];
    removed: string[];
    /** They are closed and opened with their cameras. */
    reopened: string[];
    /** Only their definition, its parameters, their zones or `publish` have changed. */
    swapped: string[];
  };
  /** By pipeline that is in both: cameras that come, go, or are reopened. */
  cameras: Map<string, CameraChanges>;
}

export interface CameraChanges {
  added: string[];
  removed: string[];
  changed: string[];
}

export function configChanges(before: PreparedConfig, after: PreparedConfig): ConfigChanges {
  const keys = changedKeys(before.config, after.config);
  const takenBy = (...takers: Taker[]) => keys.filter(({ taker }) => takers.includes(taker)).map(dotted);
  const ids = compareKeys(before.config.pipelines, after.config.pipelines);
  const kept = ids.both.map((id) => ({ id, kind: pipelineChange(id, keys, { before, after }) }));
  const idsOf = (kind: string) => kept.filter((one) => one.kind === kind).map(({ id }) => id);
  return {
    restart: [...takenBy("daemon"), ...otherModels(before.prepared, after.prepared)],
    broker: takenBy("broker"),
    page: takenBy("page"),
    statistics: takenBy("statistics"),
    host: takenBy("host"),
    video: takenBy("video"),
    outside: takenBy("log", "reading"),
    pipelines: { added: ids.added, removed: ids.removed, reopened: idsOf("reopened"), swapped: idsOf("swapped") },
    cameras: new Map(ids.both.flatMap((id) => cameraChanges(id, before.config, after.config))),
  };
}

function dotted({ path }: ChangedKey): string {
  return path.join(".");
}

/** Models that run, with another file or read in another way. */
function otherModels({ models: before }: Prepared, { models: after }: Prepared): string[] {
  return [...after].flatMap(([id, model]) => {
    const old = before.get(id);
    return old === undefined || isDeepStrictEqual(factsOf(old), factsOf(model)) ? [] : [`models.${id}`];
  });
}

/** Why a model is judged so changes nothing that runs. */
function factsOf({ reasons: _, considered: __, ...facts }: ModelDescription): object {
  return facts;
}

interface Both {
  before: PreparedConfig;
  after: PreparedConfig;
}

function pipelineChange(id: string, keys: readonly ChangedKey[], both: Both): "none" | "swapped" | "reopened" {
  const own = keys.filter(({ path }) => path[0] === "pipelines" && path[1] === id).map(({ taker }) => taker);
  const [old, next] = [preparedOf(both.before.prepared, id), preparedOf(both.after.prepared, id)];
  if (own.includes("pipeline") || !isDeepStrictEqual(old?.plugins, next?.plugins)) return "reopened";
  return own.includes("definition") || !isDeepStrictEqual(readOf(old), readOf(next)) ? "swapped" : "none";
}

/** What is read with the config, such as the text of a definition. */
function readOf(pipeline: PreparedPipeline | undefined) {
  const { plan, revision, detections, picture, zones } = pipeline ?? {};
  return { plan, revision, detections, picture, zones };
}

/** The pipeline of a config that has been prepared. */
export function preparedOf({ pipelines }: Prepared, id: string): PreparedPipeline | undefined {
  return pipelines.find((pipeline) => pipeline.id === id);
}

function cameraChanges(id: string, old: Config, next: Config): [string, CameraChanges][] {
  const of = (config: Config) => entriesOf(config, config.pipelines[id]);
  const [one, other] = [of(old), of(next)];
  const { added, removed, both } = compareKeys(one, other);
  const changed = both.filter((camera) => !isDeepStrictEqual(one[camera], other[camera]));
  return added.length + removed.length + changed.length === 0 ? [] : [[id, { added, removed, changed }]];
}

function entriesOf({ cameras }: Config, pipeline: PipelineConfig | undefined) {
  return Object.fromEntries((pipeline?.cameras ?? []).map((camera) => [camera, openedWith(cameras[camera])]));
}

/** Its priority is looked at while it runs. */
function openedWith(camera: Config["cameras"][string] | undefined): object {
  const { priority: _, ...entry } = camera ?? {};
  return entry;
}

function compareKeys(old: object, next: object) {
  const [before, after] = [Object.keys(old), Object.keys(next)];
  return {
    added: after.filter((key) => !before.includes(key)),
    removed: before.filter((key) => !after.includes(key)),
    both: before.filter((key) => after.includes(key)),
  };
}
