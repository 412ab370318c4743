import { messageOf } from "../base/errors.ts";
import type { ModelDescription } from "../inference/description.ts";
import { inspectModel } from "../inference/inspect.ts";
import { readConfig } from "./config.ts";

export async function inspectModelFile(path: string): Promise<ModelDescription> {
  return inspectModel(path);
}

export interface ConfiguredModel {
  id: string;
  path: string;
  family: string | null;
  error: string | null;
}

export async function listConfiguredModels(file: string): Promise<ConfiguredModel[]> {
  const config = await readConfig(file);
  return Promise.all(
    Object.entries(config.models).map(async ([id, { path, width, height, ...model }]) => {
      const stated = Object.fromEntries(
        Object.entries({ ...model, width, height }).filter(([, value]) => value !== undefined),
      );
      return inspectModel(path, stated).then(
        ({ family }) => ({ id, path, family, error: null }),
        (error) => ({ id, path, family: null, error: messageOf(error) }),
      );
    }),
  );
}
