import { joinLooks, rowsOf } from "../../src/daemon/models/join-looks.ts";
import type { OpenModel } from "../../src/inference/open-model.ts";
import type { Rendition } from "../../src/kinds/frame.ts";
import type { Region } from "../../src/kinds/image.ts";
import type { DetectParameters } from "../../src/kinds/model-task.ts";
import { boxesOf } from "../../test/helpers/boxes-of.ts";

const SIDE = 416;
const OVERLAP = 0.2;

/** What a model finds in tiles all over a picture, each as large as its input. */
export async function tileRows(
  detector: OpenModel,
  { offset, width, height }: Rendition,
  parameters: DetectParameters,
): Promise<{ rows: Float32Array; runs: number }> {
  const tiles = startsOf(height).flatMap((y) =>
    startsOf(width).map((x): Region => ({ x, y, width: SIDE, height: SIDE })),
  );
  const items = tiles.map((tile) => ({
    source: { type: "region", offset, frameWidth: width, frameHeight: height, ...tile } as const,
    ...{ width: SIDE, height: SIDE, parameters },
  }));
  const { rows } = await boxesOf(detector, items);
  const looks = tiles.map((region, i) => ({ region, rows: rows[i] ?? new Float32Array() }));
  const { objects } = joinLooks(looks, [], { picture: { width, height }, ...parameters });
  return { rows: rowsOf(objects), runs: tiles.length };
}

function startsOf(side: number): number[] {
  const count = Math.ceil((side - SIDE * OVERLAP) / (SIDE * (1 - OVERLAP)));
  return Array.from({ length: count }, (_, i) => Math.round((i * (side - SIDE)) / (count - 1)));
}
