import { definedOnly } from "../../base/defined.ts";
import { messageOf } from "../../base/errors.ts";
import type { Installed } from "../../blocks/registry/installed.ts";
import type { ModelDescription } from "../../inference/description.ts";
import { familiesWith } from "../../inference/families/added.ts";
import type { Family } from "../../inference/families/family.ts";
import { inspectModel, type ModelStatement } from "../../inference/inspect.ts";
import { readConfig } from "../config/config.ts";
import type { Config } from "../config/config-schema.ts";
import { loadPlugins } from "../plugins/plugins.ts";

export async function inspectModelFile(path: string, statement: ModelStatement = {}): Promise<ModelDescription> {
  return inspectModel(path, statement, await installedFamilies());
}

/** Millrace's own families and those of the plugins that the environment names. */
async function installedFamilies(): Promise<readonly Family[]> {
  const { installed } = await loadPlugins(process.env, process.cwd());
  return familiesWith(installed.families);
}

/** A model entry with what its file is, or with why it cannot run. */
export type InspectedModel = { id: string; path: string } & (
  | { description: ModelDescription; error: null }
  | { description: null; error: string }
);

/** Inspects every model of a config; a file of no known family is an error too. */
export function inspectConfigured(
  models: Config["models"],
  { families: added }: Pick<Installed, "families">,
): Promise<InspectedModel[]> {
  const families = familiesWith(added);
  return Promise.all(
    Object.entries(models).map(async ([id, { path, ...statement }]) => {
      try {
        const description = await inspectModel(path, definedOnly(statement), families);
        if (description.family !== null) return { id, path, description: { ...description, id }, error: null };
        return {
          id,
          path,
          description: null,
          error: `"${path}" is of no known family: ${description.reasons.join("; ")}`,
        };
      } catch (error) {
        return { id, path, description: null, error: messageOf(error) };
      }
    }),
  );
}

export interface ConfiguredModel {
  id: string;
  path: string;
  family: string | null;
  error: string | null;
}

export async function listConfiguredModels(file: string): Promise<ConfiguredModel[]> {
  const { models } = await readConfig(file);
  const { installed } = await loadPlugins(process.env, process.cwd());
  const found = await inspectConfigured(models, installed);
  return found.map(({ id, path, description, error }) => ({ id, path, family: description?.family ?? null, error }));
}
