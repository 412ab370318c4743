import type { Command } from "commander";
import { formatIssue } from "../base/issue.ts";
import { checkFile } from "../daemon/check-files.ts";
import { printJson, say } from "./output.ts";

export function addValidate(program: Command): void {
  program
    .command("validate")
    .description("type-check workflow definitions")
    .argument("<file...>", "definitions, JSON files")
    .option("--json", "one line of JSON for each file")
    .action(async (files: string[], options: { json?: boolean }) => {
      for (const file of files) {
        const verdict = await checkFile(file);
        if (!verdict.ok) process.exitCode = 2;
        if (options.json) printJson({ ...verdict, issues: verdict.issues.map(withAllKeys) });
        else if (verdict.ok) say(`${file}: ok${note(verdict.unsupported)}`);
        else for (const issue of verdict.issues) say(formatIssue(issue, file));
      }
    });
}

function note(unsupported: readonly string[]): string {
  return unsupported.length === 0 ? "" : `, but these blocks cannot run here: ${unsupported.join(", ")}`;
}

function withAllKeys({ code, class: errorClass, path, message, hint }: Parameters<typeof formatIssue>[0]) {
  return {
    code,
    class: errorClass ?? "WorkflowDefinitionError",
    path,
    message,
    ...(hint === undefined ? {} : { hint }),
  };
}
