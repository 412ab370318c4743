import { type Daemon, openDaemon } from "./daemon.ts";
import { loadConfig } from "./prepare/load-config.ts";
import type { Report } from "./report/events.ts";

export type { Daemon } from "./daemon.ts";
export type { Summary } from "./report/summary.ts";

export interface FileSettings {
  file: string;
  /** Values for the `${NAME}` references in it. */
  environment: NodeJS.ProcessEnv;
  /** Port of the live page, instead of the one in the file. */
  port: number;
  report: Report;
}

/** Opens a daemon on a config file. */
export async function openFromFile({ file, environment, port, report }: FileSettings): Promise<Daemon> {
  const { config, prepared } = await loadConfig(file, { environment });
  const http = config.http === null ? null : { ...config.http, port };
  return openDaemon({ config: { ...config, http }, prepared, report });
}
