import { dirname, resolve } from "node:path";
import { definedOnly } from "../../base/defined.ts";
import { shownDownload } from "../../base/download-address.ts";
import { BugError, messageOf } from "../../base/errors.ts";
import type { Installed } from "../../blocks/registry/installed.ts";
import type { ModelDescription } from "../../inference/description.ts";
import { familiesWith } from "../../inference/families/added.ts";
import type { Family } from "../../inference/families/family.ts";
import { fileHash } from "../../inference/files/model-file.ts";
import { inspectModel, type ModelStatement } from "../../inference/inspect.ts";
import { readConfig } from "../config/config.ts";
import { cachedModelPath } from "../config/model-source.ts";
import type { Config, ModelConfig } from "../config/schema/config-schema.ts";
import type { AwaitedModel } from "../models/awaited-model.ts";
import { loadPlugins } from "../plugins/plugins.ts";

export async function inspectModelFile(path: string, statement: ModelStatement = {}): Promise<ModelDescription> {
  return inspectModel(path, statement, await installedFamilies());
}

/** Millrace's own families and those of the plugins that the environment names. */
async function installedFamilies(): Promise<readonly Family[]> {
  const { installed } = await loadPlugins(process.env, process.cwd(), { core: [] });
  return familiesWith(installed.families);
}

/** A model entry with what its file is, with why it cannot run, or with what has to be downloaded first. */
export type InspectedModel = { id: string; path: string } & (
  | { description: ModelDescription; error: null; awaited: null }
  | { description: null; error: string; awaited: null }
  | { description: null; error: null; awaited: AwaitedModel }
);

/** Inspects every model of a config; a file of no known family is an error too. */
export function inspectConfigured(
  { models, state_dir: directory }: Pick<Config, "models"> & { state_dir?: string | undefined },
  { families: added }: Pick<Installed, "families">,
): Promise<InspectedModel[]> {
  const families = familiesWith(added);
  return Promise.all(
    Object.entries(models).map(async ([id, model]) => {
      const awaited = awaitedOf(id, model, directory);
      const path = awaited?.path ?? model.path;
      if (path === undefined) throw new BugError(`model "${id}" has no source`);
      if (awaited !== null && !(await isCached(awaited))) {
        return { id, path, description: null, error: null, awaited };
      }
      return { id, path, awaited: null, ...(await judged(id, path, { model, families })) };
    }),
  );
}

function awaitedOf(id: string, { url, sha256, username, password }: ModelConfig, directory = ""): AwaitedModel | null {
  if (url === undefined || sha256 === undefined) return null;
  return { id, url, sha256, path: cachedModelPath(directory, sha256), username, password };
}

/** A file of the cache that is damaged is not there. */
async function isCached({ path, sha256 }: AwaitedModel): Promise<boolean> {
  return (await fileHash(path)) === sha256.toLowerCase();
}

async function judged(
  id: string,
  path: string,
  { model, families }: { model: ModelConfig; families: readonly Family[] },
): Promise<{ description: ModelDescription; error: null } | { description: null; error: string }> {
  const { family, options, preprocessing, classes, width, height } = model;
  const statement = definedOnly({ family, options, preprocessing, classes, width, height });
  try {
    const description = await inspectModel(path, statement, families);
    if (description.family !== null) return { description: { ...description, id }, error: null };
    return { description: null, error: `"${path}" is of no known family: ${description.reasons.join("; ")}` };
  } catch (error) {
    return { description: null, error: messageOf(error) };
  }
}

export interface ConfiguredModel {
  id: string;
  /** Where it lies, or will lie once it is downloaded. */
  path: string;
  /** Where it is downloaded from, null for a file of this machine. */
  url: string | null;
  /** False while it has to be downloaded first. */
  present: boolean;
  family: string | null;
  error: string | null;
}

export async function listConfiguredModels(file: string): Promise<ConfiguredModel[]> {
  const config = await readConfig(file);
  const configured = { names: config.plugins, folder: dirname(resolve(file)) };
  const { installed } = await loadPlugins(process.env, process.cwd(), { core: [], configured });
  const found = await inspectConfigured(config, installed);
  return found.map(({ id, path, description, error, awaited }) => {
    const { url } = config.models[id] ?? {};
    const source = { url: url === undefined ? null : shownDownload(url), present: awaited === null };
    return { id, path, ...source, family: description?.family ?? null, error };
  });
}
