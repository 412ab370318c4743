import { readFileSync, writeFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import type { Figure } from "../src/bench/figure.ts";

// Puts figures between the marks of README.md: `node dist/cli/main.js bench --json | npx tsx bench/readme-table.ts`.

const MARK = "<!-- bench -->";
const README = new URL("../README.md", import.meta.url);

const { figures } = JSON.parse(await text(process.stdin)) as { figures: Figure[] };
const rows = figures.map(({ id, value, unit, limit, better, how }) => {
  const bound = limit === null ? "" : `at ${better === "lower" ? "most" : "least"} ${limit}`;
  return `| \`${id}\` | ${value} ${unit} | ${bound} | ${how.replaceAll("|", "\\|")} |`;
});
const table = ["| figure | measured | wanted | how |", "| --- | --- | --- | --- |", ...rows].join("\n");
const [before = "", ...rest] = readFileSync(README, "utf8").split(MARK);
const after = rest.length > 1 ? rest.slice(1).join(MARK) : rest.join(MARK);
writeFileSync(README, `${before}${MARK}\n\n${table}\n\n${MARK}${after}`);
