import { openMetrics } from "../../src/daemon/report/metrics/metrics.ts";
import { table } from "./schema-words.ts";

/** docs/reference/metrics.md: what `/metrics` serves. */
export function metricsPage(): string {
  const rows = openMetrics(NOTHING)
    .declared()
    .map(({ name, type, labels, help }) => [
      `\`${name}\``,
      type,
      labels.map((label) => `\`${label}\``).join(", "),
      help,
    ]);
  return [
    "# Metrics",
    "",
    "`/metrics` of the page's address serves these in the text format of Prometheus, for the daemon that runs. Counters begin at zero with it.",
    "[config/grafana/millrace.json](../../config/grafana/millrace.json) is a dashboard of them; [docs/operating.md](../operating.md) shows how to scrape them.",
    "",
    table(["Name", "Type", "Labels", "What"], rows),
    "",
  ].join("\n");
}

/** Values are read at a scrape alone. */
const NOTHING = {} as Parameters<typeof openMetrics>[0];
