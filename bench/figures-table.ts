import { readFileSync, writeFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import type { Figure } from "../src/bench/figure.ts";

// Puts figures between the marks of docs/performance.md:
// `node dist/cli/main.js bench --json | npx tsx bench/figures-table.ts`.

const MARK = "<!-- bench -->";
const { figures } = JSON.parse(await text(process.stdin)) as { figures: Figure[] };
const url = new URL("../docs/performance.md", import.meta.url);
const [before = "", , after = ""] = readFileSync(url, "utf8").split(MARK);
writeFileSync(url, `${before}${MARK}\n\n${table(figures)}\n\n${MARK}${after}`);

function table(shown: readonly Figure[]): string {
  const rows = shown.map(({ id, value, unit, limit, better, how }) => {
    const bound = limit === null ? "" : `at ${better === "lower" ? "most" : "least"} ${limit}`;
    return `| \`${id}\` | ${value} ${unit} | ${bound} | ${how.replaceAll("|", "\\|")} |`;
  });
  return ["| figure | measured | wanted | how |", "| --- | --- | --- | --- |", ...rows].join("\n");
}
