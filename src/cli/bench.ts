import type { Command } from "commander";
import type { Figure } from "../bench/figure.ts";
import { print, printJson, say } from "./output.ts";

interface Options {
  json?: boolean;
  only?: string;
}

export function addBench(program: Command): void {
  program
    .command("bench")
    .description("take the measurements of the README, each with its limit from the same run")
    .option("--json", "as JSON")
    .option("--only <ids>", "identifiers, separated by commas")
    .action(async ({ json, only }: Options) => {
      // No other command needs what the bench loads.
      const { runBench } = await import("../bench/run-bench.ts");
      const ids = only?.split(",").map((id) => id.trim());
      const figures = await runBench(ids ?? null, say);
      if (json) printJson({ figures });
      else print(asTable(figures));
    });
}

function asTable(figures: readonly Figure[]): string {
  const rows = figures.map(({ id, value, unit, limit, better }) => {
    const bound = limit === null ? "" : `${better === "lower" ? "at most" : "at least"} ${limit}`;
    return [id, String(value), unit, bound];
  });
  const widths = [0, 1, 2].map((column) => Math.max(0, ...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map(([id = "", value = "", unit = "", bound = ""]) =>
      `${id.padEnd(widths[0] ?? 0)}  ${value.padStart(widths[1] ?? 0)} ${unit.padEnd(widths[2] ?? 0)}  ${bound}`.trimEnd(),
    )
    .join("\n");
}
