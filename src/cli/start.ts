import type { Command } from "commander";
import { serve } from "../daemon/serve.ts";
import { supervise } from "../daemon/supervise.ts";
import { limitYoungGenerations } from "../daemon/young-generation.ts";

export function addStart(program: Command): void {
  program
    .command("start")
    .description("run the daemon until it is stopped (SIGTERM, SIGINT); SIGHUP reads the config again")
    .requiredOption("--config <file>", "config file, YAML")
    .option("--supervise", "start the daemon again when it ends of a failure, and say what happened")
    .action(async ({ config, supervise: isSupervised }: { config: string; supervise?: boolean }) => {
      if (!isSupervised) {
        limitYoungGenerations();
        return serve(config);
      }
      const [, program = ""] = process.argv;
      process.exitCode = await supervise([program, "start", "--config", config]);
    });
}
