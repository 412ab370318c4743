import type { Command } from "commander";
import { defaultConfig } from "../daemon/config/default-config.ts";
import { isStuck, serve } from "../daemon/serve.ts";
import { supervise } from "../daemon/supervisor/supervise.ts";
import { withPlugins } from "./flags.ts";

/** Time for the reader to drain the log. */
const LAST_WORDS_MS = 1000;

interface Options {
  config: string;
  supervise?: boolean;
  strict?: boolean;
}

export function addStart(program: Command): void {
  withPlugins(program.command("start"))
    .description("run the daemon until it is stopped (SIGTERM, SIGINT); SIGHUP reloads the config")
    .option("--config <file>", "config file, YAML", defaultConfig())
    .option("--supervise", "restart the daemon when it crashes, and report the crash")
    .option("--strict", "treat warnings about definitions as faults")
    .action(async ({ config, supervise: isSupervised, strict: isStrict = false }: Options) => {
      let end = () => process.exit();
      try {
        if (isSupervised) process.exitCode = await supervise(commandOf(config, isStrict));
        else await serve(config, { isStrict });
      } catch (error) {
        if (isStuck(error)) end = () => process.kill(process.pid, "SIGKILL") as never;
        throw error;
      } finally {
        // A log that is not read any more would keep the process, and so would a thread that does not end.
        setTimeout(() => end(), LAST_WORDS_MS).unref();
      }
    });
}

/** This program again, without the supervisor. */
function commandOf(config: string, isStrict: boolean): string[] {
  const [, program = ""] = process.argv;
  return [program, "start", "--config", config, ...(isStrict ? ["--strict"] : [])];
}
