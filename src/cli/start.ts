import type { Command } from "commander";
import { serve } from "../daemon/serve.ts";

export function addStart(program: Command): void {
  program
    .command("start")
    .description("run the daemon until it is stopped (SIGTERM, SIGINT); SIGHUP reads the config again")
    .requiredOption("--config <file>", "config file, YAML")
    .action((options: { config: string }) => serve(options.config));
}
