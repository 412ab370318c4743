import { UserError } from "../../base/errors.ts";
import type { Issue } from "../../base/issue.ts";
import { readConfig } from "../config/config.ts";
import { configWarnings } from "../config/config-warnings.ts";
import { prepare } from "../prepare/prepare.ts";
import { downloadNote } from "./doctor/doctor-downloads.ts";

export interface ConfigVerdict {
  issues: readonly Issue[];
  warnings: readonly string[];
}

/** Everything that `start` would refuse of a config or warn of, before anything runs. */
export async function checkConfig(file: string, isStrict: boolean): Promise<ConfigVerdict> {
  try {
    const config = await readConfig(file);
    const { warnings, awaited } = await prepare(config, file, { isStrict });
    const downloads = awaited.map(({ id, url }) => `model "${id}" is not downloaded yet: ${downloadNote(url)}`);
    return { issues: [], warnings: [...configWarnings(config), ...warnings, ...downloads] };
  } catch (error) {
    if (error instanceof UserError) return { issues: error.issues, warnings: [] };
    throw error;
  }
}
