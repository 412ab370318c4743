import type { Config, PipelineConfig } from "../config/schema/config-schema.ts";
import type { PreparedPipeline } from "../prepare/prepare.ts";
import type { Refusal } from "./attempt.ts";
import { type PreparedConfig, preparedOf } from "./config-changes.ts";

/** The config that holds after a change: parts that were refused are as they were before. */
export function inForce(before: PreparedConfig, next: PreparedConfig, refusals: readonly Refusal[]): PreparedConfig {
  const isRefused = (part: string) => refusals.some((refusal) => refusal.part === part);
  const ids = Object.keys(next.config.pipelines).filter((id) => isRefused(`pipelines.${id}`));
  const pipelines = next.prepared.pipelines.flatMap((pipeline) =>
    ids.includes(pipeline.id) ? asBefore(pipeline, before) : [pipeline],
  );
  const entries = pipelines.map(({ id, config }): [string, PipelineConfig] => [id, config]);
  const config: Config = { ...next.config, pipelines: Object.fromEntries(entries) };
  for (const part of ["mqtt", "http"] as const) if (isRefused(part)) Object.assign(config, keyOf(before.config, part));
  return { config, prepared: { ...next.prepared, pipelines, models: modelsInForce(before, next) } };
}

/** A model whose new file is still to come runs on its old one. */
function modelsInForce({ prepared: before }: PreparedConfig, { prepared: next }: PreparedConfig) {
  const kept = next.awaited.flatMap(({ id }) => {
    const old = before.models.get(id);
    return old === undefined ? [] : [[id, old] as const];
  });
  return new Map([...kept, ...next.models]);
}

/** Cameras come and go also where the rest is refused; a pipeline that did not run before does not run. */
function asBefore({ id, config }: PreparedPipeline, { prepared }: PreparedConfig): PreparedPipeline[] {
  const old = preparedOf(prepared, id);
  return old === undefined ? [] : [{ ...old, config: { ...old.config, cameras: config.cameras } }];
}

function keyOf<K extends keyof Config>(config: Config, key: K): Pick<Config, K> {
  return { [key]: config[key] } as Pick<Config, K>;
}
