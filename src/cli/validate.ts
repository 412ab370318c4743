import type { Command } from "commander";
import { formatIssue } from "../base/issue.ts";
import { checkFile, type FileVerdict } from "../daemon/commands/check-files.ts";
import { withPlugins } from "./flags.ts";
import { printJson, say, sayIssue } from "./output.ts";

interface Options {
  json?: boolean;
  strict?: boolean;
}

export function addValidate(program: Command): void {
  withPlugins(program.command("validate"))
    .description("type-check workflow definitions, and configs with all they refer to")
    .argument("<file...>", "definitions, JSON files, and configs, YAML files")
    .option("--json", "one line of JSON for each file")
    .option("--strict", "treat warnings, and blocks that cannot run here, as faults")
    .action(async (files: string[], { json: isJson, strict: isStrict }: Options) => {
      for (const file of files) {
        const verdict = await checkFile(file, isStrict);
        if (!verdict.ok) process.exitCode = 2;
        if (isJson) printJson(asJson(verdict));
        else tell(verdict);
      }
    });
}

function tell({ file, ok, issues, warnings, notes = [], ...rest }: FileVerdict): void {
  if (ok) say(`${file}: ok${note(rest)}`);
  for (const issue of issues) sayIssue("fault", formatIssue(issue, file));
  for (const warning of warnings) sayIssue("warning", formatIssue(warning, file));
  for (const text of notes) say(`${file}: ${text}`);
}

function note({ unsupported, unsupportedSteps: count }: Pick<FileVerdict, "unsupported" | "unsupportedSteps">): string {
  if (count === 0) return "";
  const steps = count === 1 ? "1 step is" : `${count} steps are`;
  return `, but ${steps} of blocks that are known and cannot run here: ${unsupported.join(", ")}`;
}

function asJson({ file, ok, issues, warnings, unsupported, unsupportedSteps, notes }: FileVerdict) {
  const told = notes === undefined ? {} : { notes };
  const all = { issues: issues.map(withAllKeys), warnings: warnings.map(withAllKeys), ...told };
  return { file, ok, ...all, unsupported, unsupported_steps: unsupportedSteps };
}

function withAllKeys({ code, class: errorClass, path, message, hint, line, column }: FileVerdict["issues"][number]) {
  return {
    code,
    class: errorClass ?? "WorkflowDefinitionError",
    path,
    message,
    ...(hint === undefined ? {} : { hint }),
    ...(line === undefined ? {} : { line, column }),
  };
}
