import { statfs } from "node:fs/promises";
import { messageOf, UserError } from "../../../base/errors.ts";
import { blot } from "../../../base/secrets.ts";
import type { ModelDescription } from "../../../inference/description.ts";
import { readConfigFile } from "../../config/config.ts";
import type { Config } from "../../config/schema/config-schema.ts";
import type { AwaitedModel } from "../../models/awaited-model.ts";
import { prepareRead } from "../../prepare/load-config.ts";
import { warningsOf } from "../../prepare/warnings.ts";
import { examineCode } from "./doctor-code.ts";
import { examineDownloads } from "./doctor-downloads.ts";
import { examineHost } from "./doctor-host.ts";
import { examineModels } from "./doctor-models.ts";
import { examineProviders } from "./doctor-providers.ts";
import { examineReach } from "./doctor-reach.ts";
import { examineFfmpeg } from "./doctor-video.ts";

export interface Finding {
  id: string;
  status: "ok" | "warning" | "failed";
  found: string;
  advice?: string;
  /** What the user wrote is wrong, not the machine. */
  isMistake?: true;
}

/** Looks at the machine, and at everything a config refers to when one is given. */
export async function examine(configFile?: string): Promise<Finding[]> {
  const findings: Finding[] = [];
  let config: Config | null = null;
  let models: ReadonlyMap<string, ModelDescription> = new Map();
  if (configFile !== undefined) {
    const examined = await examineConfig(configFile);
    config = examined.loaded;
    models = examined.models;
    findings.push(examined.found, ...examineDownloads(examined.awaited));
  }
  const { ffmpeg, findings: video } = await examineFfmpeg(config?.ffmpeg);
  findings.push(
    ...video,
    ...(config === null ? [] : await examineReach(config, ffmpeg)),
    ...examineProviders(config),
    ...(config === null ? [] : await examineModels(models, config)),
    ...examineCode(config),
    ...(await examineHost(config)),
    await examineDisk(config),
  );
  return findings;
}

/** A config with faults still has cameras and a broker to check. */
async function examineConfig(file: string): Promise<ExaminedConfig> {
  let loaded: Config | null = null;
  try {
    const read = await readConfigFile(file, process.env);
    loaded = read.config ?? read.sound?.config ?? null;
    const { config, prepared } = await prepareRead(read, file);
    const { pipelines, models, awaited } = prepared;
    const found = `${file}: pipelines that compile: ${pipelines.length}, models: ${models.size}`;
    const doubts = warningsOf(config, prepared);
    if (doubts.length === 0) return { loaded, models, awaited, found: { id: "config", status: "ok", found } };
    return { loaded, models, awaited, found: { id: "config", status: "warning", found, advice: doubts.join("; ") } };
  } catch (error) {
    const isMistake = error instanceof UserError ? { isMistake: true as const } : {};
    const found: Finding = { id: "config", status: "failed", found: blot(messageOf(error)), ...isMistake };
    return { loaded, models: new Map(), awaited: [], found };
  }
}

interface ExaminedConfig {
  loaded: Config | null;
  /** None where the config has faults. */
  models: ReadonlyMap<string, ModelDescription>;
  awaited: readonly AwaitedModel[];
  found: Finding;
}

async function examineDisk(config: Config | null): Promise<Finding> {
  const directory = config?.state_dir ?? process.cwd();
  try {
    const { bavail, bsize } = await statfs(directory);
    const free = (bavail * bsize) / 2 ** 30;
    const found = `${free.toFixed(1)} GiB free at ${directory}`;
    return free < 0.2
      ? { id: "disk", status: "warning", found, advice: "events cannot be kept while the broker is away" }
      : { id: "disk", status: "ok", found };
  } catch (error) {
    return {
      id: "disk",
      status: "warning",
      found: `${directory}: ${messageOf(error)}`,
      advice: "create the directory",
    };
  }
}
