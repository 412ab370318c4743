import { blockSeries } from "./growth/blocks.ts";
import { camerasGrowth } from "./growth/cameras.ts";
import { CAMERAS, DEFINITIONS, STEPS } from "./growth/programs.ts";
import { type Growth, measureGrowth, type Series } from "./growth/series.ts";

// Prints what the program costs by the number of cameras, steps, definitions and detections, and how it grows:
// `npx tsx bench/growth.ts [cameras|steps|definitions|<part of a block's type>]`.

const [wanted = ""] = process.argv.slice(2);

const CAMERA_COUNTS = [1, 4, 16, 64];
const SETS: Readonly<Record<string, { sizes: readonly number[]; series: readonly Series[] }>> = {
  steps: { sizes: [1, 10, 100, 1000], series: STEPS },
  definitions: { sizes: [1, 5, 10, 50], series: DEFINITIONS },
  cameras: { sizes: CAMERA_COUNTS, series: CAMERAS },
  detections: { sizes: [1, 10, 100, 1000, 10_000], series: blockSeries() },
};

for (const [set, { sizes, series }] of Object.entries(SETS)) {
  const chosen = set.startsWith(wanted)
    ? series
    : series.filter(({ name }) => set === "detections" && name.includes(wanted));
  if (chosen.length === 0) continue;
  console.log(`\n| by ${set} | ${sizes.join(" | ")} | exponent |\n| --- |${" --- |".repeat(sizes.length + 1)}`);
  for (const one of chosen) printRow(await measureGrowth(one, sizes));
  if (set === "cameras") printRow(await camerasGrowth(sizes));
}

function printRow({ name, costs, exponent }: Growth): void {
  const cells = costs.map((cost) => (cost === null ? "" : String(Number(cost.toPrecision(2)))));
  console.log(`| ${name} | ${cells.join(" | ")} | ${exponent.toFixed(2)} |`);
}
