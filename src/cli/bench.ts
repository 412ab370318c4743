import type { Command } from "commander";
import { printJson } from "./output.ts";

export function addBench(program: Command): void {
  program
    .command("bench")
    .description("the measurements of the README, each beside its limit in the same run")
    .option("--json", "as JSON")
    .option("--only <ids>", "identifiers, separated by commas")
    .action(() => printJson({ figures: [] }));
}
