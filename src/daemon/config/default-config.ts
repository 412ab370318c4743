/** Where the config of a service lies. */
export const SERVICE_CONFIG = "/etc/millrace/millrace.yaml";

/** The config file where none is named. */
export function defaultConfig(environment: NodeJS.ProcessEnv = process.env): string {
  return environment["MILLRACE_CONFIG"] || SERVICE_CONFIG;
}
