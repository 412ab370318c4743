import { ConfigError } from "../base/errors.ts";
import { suggest } from "../base/suggest.ts";
import { blockTime } from "./block-time.ts";
import { compileTime } from "./compile-time.ts";
import { eightCameras, memoryPerCamera, oneCamera } from "./daemon-figures.ts";
import { decodeTime } from "./decode-time.ts";
import { drawTime } from "./draw-time.ts";
import { engineTime } from "./engine-time.ts";
import { expansionTime } from "./expansion-time.ts";
import type { Figure, Measurement, Progress } from "./figure.ts";
import { outboxRate } from "./outbox-rate.ts";
import { pipelineRate } from "./pipeline-rate.ts";
import { processTime } from "./process-time.ts";

/** The shortest and those of one thread first. */
const MEASUREMENTS: readonly Measurement[] = [
  compileTime,
  engineTime,
  blockTime,
  drawTime,
  decodeTime,
  expansionTime,
  processTime,
  outboxRate,
  oneCamera,
  eightCameras,
  memoryPerCamera,
  pipelineRate,
];

export const FIGURE_IDS: readonly string[] = MEASUREMENTS.flatMap(({ ids }) => ids);

/** Measures the named figures, or all of them, one after the other; throws `ConfigError` for a name it does not know. */
export async function runBench(only: readonly string[] | null, progress: Progress): Promise<Figure[]> {
  const wanted = only ?? FIGURE_IDS;
  refuseUnknown(wanted);
  const figures: Figure[] = [];
  for (const { ids, measure } of MEASUREMENTS) {
    if (!ids.some((id) => wanted.includes(id))) continue;
    figures.push(...(await measure(progress)).filter(({ id }) => wanted.includes(id)));
  }
  return figures;
}

function refuseUnknown(ids: readonly string[]): void {
  const issues = ids
    .filter((id) => !FIGURE_IDS.includes(id))
    .map((id) => {
      const hint = suggest(id, FIGURE_IDS) ?? `its figures are ${FIGURE_IDS.join(", ")}`;
      return { code: "FLAG_UNKNOWN_FIGURE", path: "", message: `--only: the bench has no figure "${id}"`, hint };
    });
  if (issues.length > 0) throw new ConfigError("FLAGS", issues);
}
