import { UserError } from "../../base/errors.ts";
import type { Issue } from "../../base/issue.ts";
import { loadConfig } from "../prepare/load-config.ts";
import { warningsOf } from "../prepare/warnings.ts";
import { downloadNote } from "./doctor/doctor-downloads.ts";

export interface ConfigVerdict {
  issues: readonly Issue[];
  warnings: readonly string[];
}

/** Everything that `start` would refuse of a config or warn of, before anything runs. */
export async function checkConfig(file: string, isStrict: boolean): Promise<ConfigVerdict> {
  try {
    const { config, prepared } = await loadConfig(file, { isStrict });
    const downloads = prepared.awaited.map(
      ({ id, url }) => `model "${id}" is not downloaded yet: ${downloadNote(url)}`,
    );
    return { issues: [], warnings: [...warningsOf(config, prepared), ...downloads] };
  } catch (error) {
    if (error instanceof UserError) return { issues: error.issues, warnings: [] };
    throw error;
  }
}
