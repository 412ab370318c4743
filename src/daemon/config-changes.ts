import { isDeepStrictEqual } from "node:util";
import type { Config, PipelineConfig } from "./config-schema.ts";
import type { Prepared, PreparedPipeline } from "./prepare.ts";

/** A config with everything it refers to. */
export interface PreparedConfig {
  config: Config;
  prepared: Prepared;
}

/** What differs between two configs, by what has to be done about it. Lists hold ids. */
export interface ConfigChanges {
  /** Keys that only a daemon that is opened anew can take. */
  restart: string[];
  broker: boolean;
  http: boolean;
  stats: boolean;
  pipelines: {
    added: string[];
    removed: string[];
    /** They are closed and opened with their cameras. */
    reopened: string[];
    /** Only their definition or its parameters have changed, or what is published of it. */
    swapped: string[];
  };
  /** By pipeline that goes on: cameras that come, go, or are opened anew. */
  cameras: Map<string, { added: string[]; removed: string[]; changed: string[] }>;
}

/** Keys that nothing takes while running. `mqtt` is here where it comes, goes, or changes what topics are called. */
const FIXED = ["device", "inference", "ffmpeg", "frame_memory_mb", "state_dir", "log"] as const;
const FIXED_MQTT = ["prefix", "spool_mb", "spool_days"] as const;
/** Keys of a pipeline that a swap takes; every other one opens it anew. */
const SWAPPED = ["workflow", "parameters", "publish", "picture", "on_error"] as const;

export function configChanges(before: PreparedConfig, after: PreparedConfig): ConfigChanges {
  const [old, next] = [before.config, after.config];
  const ids = compareKeys(old.pipelines, next.pipelines);
  const kept = ids.both.map((id) => ({ id, kind: pipelineChange(id, before, after) }));
  const idsOf = (kind: string) => kept.filter((one) => one.kind === kind).map(({ id }) => id);
  const reopened = idsOf("reopened");
  const goingOn = ids.both.filter((id) => !reopened.includes(id));
  return {
    restart: restartKeys(before, after),
    broker: !isDeepStrictEqual(old.mqtt, next.mqtt),
    http: !isDeepStrictEqual(old.http, next.http),
    stats: old.stats_interval_s !== next.stats_interval_s,
    pipelines: { added: ids.added, removed: ids.removed, reopened, swapped: idsOf("swapped") },
    cameras: new Map(
      goingOn.map((id) => [id, cameraChanges(id, old, next)] as const).filter(([, found]) => found !== null),
    ),
  } as ConfigChanges;
}

function restartKeys(
  { config: old, prepared }: PreparedConfig,
  { config: next, prepared: after }: PreparedConfig,
): string[] {
  const keys: string[] = FIXED.filter((key) => !isDeepStrictEqual(old[key], next[key]));
  if ((old.mqtt === undefined) !== (next.mqtt === undefined)) keys.push("mqtt");
  for (const key of FIXED_MQTT)
    if (old.mqtt?.[key] !== next.mqtt?.[key] && old.mqtt && next.mqtt) keys.push(`mqtt.${key}`);
  for (const [id, description] of after.models) {
    const known = prepared.models.get(id);
    if (known !== undefined && !isDeepStrictEqual(known, description)) keys.push(`models.${id}`);
  }
  return keys;
}

function pipelineChange(id: string, before: PreparedConfig, after: PreparedConfig): "none" | "swapped" | "reopened" {
  const [old, next] = [before, after].map((from) => partsOf(id, from));
  if (!isDeepStrictEqual(old?.fixed, next?.fixed)) return "reopened";
  return isDeepStrictEqual(old?.swapped, next?.swapped) ? "none" : "swapped";
}

function partsOf(id: string, { config, prepared }: PreparedConfig) {
  const found = preparedOf(prepared, id);
  const entries = Object.entries(config.pipelines[id] ?? {}).filter(([key]) => key !== "cameras");
  const isSwapped = ([key]: [string, unknown]) => SWAPPED.some((name) => name === key);
  const { plan, revision, detections, picture, plugins } = found ?? {};
  return {
    fixed: { plugins, config: Object.fromEntries(entries.filter((entry) => !isSwapped(entry))) },
    swapped: { plan, revision, detections, picture, config: Object.fromEntries(entries.filter(isSwapped)) },
  };
}

/** The pipeline of a config that has been prepared. */
export function preparedOf({ pipelines }: Prepared, id: string): PreparedPipeline | undefined {
  return pipelines.find((pipeline) => pipeline.id === id);
}

function cameraChanges(id: string, old: Config, next: Config) {
  const of = (config: Config) => entriesOf(config, config.pipelines[id]);
  const [one, other] = [of(old), of(next)];
  const { added, removed, both } = compareKeys(one, other);
  const changed = both.filter((camera) => !isDeepStrictEqual(one[camera], other[camera]));
  return added.length + removed.length + changed.length === 0 ? null : { added, removed, changed };
}

function entriesOf({ cameras }: Config, pipeline: PipelineConfig | undefined) {
  return Object.fromEntries((pipeline?.cameras ?? []).map((camera) => [camera, cameras[camera]]));
}

function compareKeys(old: object, next: object) {
  const [before, after] = [Object.keys(old), Object.keys(next)];
  return {
    added: after.filter((key) => !before.includes(key)),
    removed: before.filter((key) => !after.includes(key)),
    both: before.filter((key) => after.includes(key)),
  };
}
