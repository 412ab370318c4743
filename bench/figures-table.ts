import { readFileSync, writeFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import type { Figure } from "../src/bench/figure.ts";

// Puts figures between the marks of docs/performance.md, and some of them between those of README.md:
// `node dist/cli/main.js bench --json | npx tsx bench/figures-table.ts`.

const MARK = "<!-- bench -->";
const HEADLINES = [
  "pipeline_vs_limit",
  "start_to_first_detection_s",
  "latency_8_cameras_p99_ms",
  "rss_daemon_mb",
  "rss_per_camera_mb",
  "compile_100_steps_ms",
  "engine_10_steps_us",
  "block_local_us",
  "block_isolated_us",
  "block_python_us",
  "expand_10_us",
  "tracker_100_ms",
  "draw_720p_50_labels_ms",
];

const { figures } = JSON.parse(await text(process.stdin)) as { figures: Figure[] };
put(
  "README.md",
  HEADLINES.flatMap((id) => figures.filter((figure) => figure.id === id)),
);
put("docs/performance.md", figures);

function put(file: string, shown: readonly Figure[]): void {
  const url = new URL(`../${file}`, import.meta.url);
  const [before = "", , after = ""] = readFileSync(url, "utf8").split(MARK);
  writeFileSync(url, `${before}${MARK}\n\n${table(shown)}\n\n${MARK}${after}`);
}

function table(shown: readonly Figure[]): string {
  const rows = shown.map(({ id, value, unit, limit, better, how }) => {
    const bound = limit === null ? "" : `at ${better === "lower" ? "most" : "least"} ${limit}`;
    return `| \`${id}\` | ${value} ${unit} | ${bound} | ${how.replaceAll("|", "\\|")} |`;
  });
  return ["| figure | measured | wanted | how |", "| --- | --- | --- | --- |", ...rows].join("\n");
}
