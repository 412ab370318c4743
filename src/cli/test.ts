import type { Command } from "commander";
import type { Issue } from "../base/issue.ts";
import { shown } from "../casebook/difference.ts";
import type { CaseVerdict } from "../casebook/test-case.ts";
import { testCases } from "../casebook/test-cases.ts";
import { collect, readModels, refuse, withPlugins } from "./flags.ts";
import { printJson, say } from "./output.ts";

interface Options {
  model: string[];
  only: string[];
  json?: boolean;
  update?: boolean;
}

export function addTest(program: Command): void {
  withPlugins(program.command("test"))
    .description("run recorded cases of workflows and show what has changed")
    .argument("<case...>", "cases, JSON files, or folders of them")
    .option("--json", "one line of JSON for each case")
    .option("--update", "write the present outputs of cases as their `expected`")
    .option("--only <types>", "only cases that use one of these block types, separated by commas", collect, [])
    .option("--model <id=path>", "ONNX file of a model, as in run", collect, [])
    .action(async (paths: string[], options: Options) => {
      const issues: Issue[] = [];
      const models = readModels(options.model, issues);
      refuse(issues);
      const counts = new Map<string, number>();
      const only = options.only.flatMap((types) => types.split(",")).map((type) => type.trim());
      await testCases({
        paths,
        models,
        update: options.update === true,
        only,
        onVerdict(verdict) {
          const { status, updated } = verdict;
          const word = updated ? "updated" : status;
          counts.set(word, (counts.get(word) ?? 0) + 1);
          if (status === "different" || status === "failed") process.exitCode = 1;
          if (options.json) printJson(verdict);
          else sayVerdict(verdict);
        },
      });
      const sums = [...counts].map(([word, count]) => `${count} ${word}`).join(", ");
      if (!options.json) say(sums === "" ? "no case uses these types" : sums);
    });
}

const MOST_SHOWN = 10;

function sayVerdict({ file, status, differences, unsupported = [], updated }: CaseVerdict): void {
  if (updated) say(`${file}: updated`);
  else if (status === "unsupported") say(`${file}: cannot run here: ${unsupported.join(", ")}`);
  if (status !== "different" && status !== "failed") return;
  say(`${file}: ${status}`);
  for (const { path, step, expected, found, message } of differences.slice(0, MOST_SHOWN)) {
    const where = [path, step === null ? "" : `(step "${step}")`].filter(Boolean).join(" ");
    say(`  ${where}${where === "" ? "" : ": "}${sentence(expected, found, message)}`);
  }
  const more = differences.length - MOST_SHOWN;
  if (more > 0) say(`  and ${more} more, which --json shows`);
}

function sentence(expected: unknown, found: unknown, message: string | undefined): string {
  if (expected === undefined && found === undefined) return message ?? "";
  const what = `expected ${shown(expected)}, found ${shown(found)}`;
  return message === undefined ? what : `${what}: ${message}`;
}
