import { styleText } from "node:util";
import type { Command } from "commander";
import { examine, type Finding } from "../daemon/commands/doctor/doctor.ts";
import { withPlugins } from "./flags.ts";
import { print, printJson } from "./output.ts";

export function addDoctor(program: Command): void {
  withPlugins(program.command("doctor"))
    .description("check what this machine offers, and what to do about what is missing")
    .option("--config <file>", "check what this config needs as well")
    .option("--json", "as JSON")
    .action(async (options: { config?: string; json?: boolean }) => {
      const checks = await examine(options.config);
      const shown = checks.map(({ isMistake: _, ...check }) => check);
      if (options.json) printJson({ checks: shown });
      else for (const check of checks) print(asText(check), inColour);
      if (checks.some(({ status }) => status === "failed")) process.exitCode = 1;
      if (checks.some(({ isMistake }) => isMistake)) process.exitCode = 2;
    });
}

const COLOURS = { ok: "green", warning: "yellow", failed: "red" } as const;

function inColour(text: string): string {
  return text.replace(/^(ok|warning|failed)/, (status) => styleText(COLOURS[status as Finding["status"]], status));
}

function asText({ id, status, found, advice }: Finding): string {
  const lines = `${status.padEnd(8)} ${id.padEnd(14)} ${found}${advice === undefined ? "" : `\n${advice}`}`;
  return lines.replaceAll("\n", `\n${" ".repeat(24)}`);
}
