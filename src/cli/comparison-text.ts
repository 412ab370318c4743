import { basename } from "node:path";
import type { Comparison } from "../daemon/commands/compare/compare-models.ts";
import type { ComparedModel } from "../daemon/commands/compare/compared-model.ts";

/** Two models side by side, one line for each figure. */
export function comparisonText({ pictures, models, agreement, sameClass }: Comparison): string {
  const rows: Row[] = [
    ["", ...both(models, ({ path }) => basename(path))],
    ["family", ...both(models, ({ family }) => family)],
    ["input", ...both(models, ({ input }) => input)],
    ["size, MB", ...both(models, ({ bytes }) => (bytes / 1e6).toFixed(1))],
    ["runs on", ...both(models, ({ provider }) => provider)],
    timeRow("ms, model", models, "run"),
    timeRow("ms, pixels to input", models, "prepare"),
    timeRow("ms, outputs to objects", models, "decode"),
    ...precisionRows(models),
  ];
  return [...table(rows), ...agreementLines(agreement, sameClass), `over ${pictures} pictures`].join("\n");
}

type Row = [name: string, first: string, second: string, ratio?: string];

function both(models: Comparison["models"], text: (model: ComparedModel) => string): [string, string] {
  return [text(models[0]), text(models[1])];
}

function timeRow(name: string, models: Comparison["models"], part: keyof ComparedModel["ms"]): Row {
  const [first, second] = [models[0].ms[part], models[1].ms[part]];
  const ratio = second.p50 > 0 ? `x ${(first.p50 / second.p50).toFixed(2)}` : "";
  return [
    `${name} (p50, p99)`,
    `${first.p50.toFixed(2)}, ${first.p99.toFixed(2)}`,
    `${second.p50.toFixed(2)}, ${second.p99.toFixed(2)}`,
    ratio,
  ];
}

function precisionRows(models: Comparison["models"]): Row[] {
  if (models.some(({ precision }) => precision === null)) return [];
  return (["ap", "ap50", "ar100"] as const).map((figure) => [
    figure.toUpperCase(),
    ...both(models, ({ precision }) => (precision?.[figure] ?? 0).toFixed(3)),
  ]);
}

function table(rows: readonly Row[]): string[] {
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell = "", i) => cell.padEnd(widths[i] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

function agreementLines(agreement: Comparison["agreement"], sameClass: number | null): string[] {
  if (sameClass !== null) return [`both name the same class on ${percent(sameClass)} of the pictures`];
  if (agreement === null) return [];
  const { objects, pairs, below, overlap, scoreDifference } = agreement;
  const of = (count: number) => `${pairs} of ${count} (${count === 0 ? "-" : percent(pairs / count)})`;
  return [
    `objects that both have: ${of(objects[0])} of the first, ${of(objects[1])} of the second`,
    `of those that one has alone, the other has below its threshold: ${below[0]} of ${objects[0] - pairs}, ${below[1]} of ${objects[1] - pairs}`,
    ...(overlap === null
      ? []
      : [`their boxes overlap by ${percent(overlap)}, their scores differ by ${scoreDifference?.toFixed(3)}`]),
  ];
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
