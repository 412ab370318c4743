import { ConfigError, UserError } from "../../base/errors.ts";
import type { Issue } from "../../base/issue.ts";
import { type ParsedConfig, readConfigFile } from "../config/config.ts";
import type { Config } from "../config/schema/config-schema.ts";
import type { Drawn } from "../zones/zone-file.ts";
import { type Prepared, type PrepareOptions, prepare } from "./prepare.ts";

export interface LoadedConfig {
  config: Config;
  prepared: Prepared;
}

export interface LoadOptions extends Pick<PrepareOptions, "isStrict"> {
  /** Values for the `${NAME}` references in the file. */
  environment?: NodeJS.ProcessEnv;
  /** Zones that were drawn, by the folder of the state; of a config without faults alone. */
  drawnIn?: (folder: string | undefined) => Promise<Drawn>;
  /** Gets a config without faults of its own before all that it refers to is checked. */
  read?: (config: Config) => void;
}

/** Reads a config file and checks all that it refers to; throws one `ConfigError` with every fault of both, each with its line. */
export async function loadConfig(
  file: string,
  { environment = process.env, ...options }: LoadOptions = {},
): Promise<LoadedConfig> {
  return prepareRead(await readConfigFile(file, environment), file, options);
}

/** The same for a file that has been read. */
export async function prepareRead(
  { config, issues, sound, placed }: ParsedConfig,
  file: string,
  { drawnIn, read, ...options }: PrepareOptions & Pick<LoadOptions, "drawnIn" | "read"> = {},
): Promise<LoadedConfig> {
  if (config !== null) {
    read?.(config);
    const drawn = await drawnIn?.(config.state_dir);
    const prepared = await prepare(config, file, { ...options, ...(drawn && { drawn }) }).catch((error: unknown) => {
      if (!(error instanceof UserError)) throw error;
      throw new ConfigError("CONFIG", placed(error.issues), file);
    });
    return { config, prepared };
  }
  const further =
    sound === null ? [] : await issuesOf(prepare(sound.config, file, { ...options, incomplete: sound.incomplete }));
  throw new ConfigError("CONFIG", [...issues, ...placed(further)], file);
}

async function issuesOf(work: Promise<unknown>): Promise<readonly Issue[]> {
  try {
    await work;
    return [];
  } catch (error) {
    if (error instanceof UserError) return error.issues;
    throw error;
  }
}
