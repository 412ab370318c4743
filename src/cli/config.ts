import type { Command } from "commander";
import { formatIssue, type Issue } from "../base/issue.ts";
import { checkConfig } from "../daemon/commands/check-config.ts";
import { withPlugins } from "./flags.ts";
import { printJson, say, sayIssue } from "./output.ts";

export function addConfig(program: Command): void {
  const config = program.command("config").description("check config files");
  withPlugins(config.command("validate"))
    .description("check configs and all definitions, models and files they name, without touching cameras or broker")
    .argument("<file...>", "configs, YAML files")
    .option("--json", "one line of JSON for each file")
    .option("--strict", "treat warnings as faults")
    .action(
      async (files: string[], { json: isJson, strict: isStrict = false }: { json?: boolean; strict?: boolean }) => {
        for (const file of files) {
          const { issues, warnings } = await checkConfig(file, isStrict);
          if (issues.length > 0) process.exitCode = 2;
          if (isJson) printJson({ file, ok: issues.length === 0, issues: issues.map(shown), warnings });
          else tell(file, issues, warnings);
        }
      },
    );
}

function tell(file: string, issues: readonly Issue[], warnings: readonly string[]): void {
  if (issues.length === 0) say(`${file}: ok`);
  for (const issue of issues) sayIssue("fault", formatIssue(issue, file));
  for (const warning of warnings) sayIssue("warning", warning);
}

function shown({ code, path, message, hint, line, column }: Issue) {
  return { code, path, message, ...(hint !== undefined && { hint }), ...(line !== undefined && { line, column }) };
}
