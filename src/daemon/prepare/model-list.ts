import { definedOnly } from "../../base/defined.ts";
import { messageOf } from "../../base/errors.ts";
import type { ModelDescription } from "../../inference/description.ts";
import { inspectModel } from "../../inference/inspect.ts";
import { readConfig } from "../config/config.ts";
import type { Config } from "../config/config-schema.ts";

export async function inspectModelFile(path: string): Promise<ModelDescription> {
  return inspectModel(path);
}

/** A model entry with what its file is, or with why it cannot run. */
export type InspectedModel = { id: string; path: string } & (
  | { description: ModelDescription; error: null }
  | { description: null; error: string }
);

/** Inspects every model of a config; a file of no known family is an error too. */
export function inspectConfigured(models: Config["models"]): Promise<InspectedModel[]> {
  return Promise.all(
    Object.entries(models).map(async ([id, { path, ...statement }]) => {
      try {
        const description = await inspectModel(path, definedOnly(statement));
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
  const found = await inspectConfigured(models);
  return found.map(({ id, path, description, error }) => ({ id, path, family: description?.family ?? null, error }));
}
