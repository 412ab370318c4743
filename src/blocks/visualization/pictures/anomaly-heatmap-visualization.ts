import { z } from "zod";
import { StepError } from "../../../base/errors.ts";
import { roundHalfEven } from "../../../base/round-half-even.ts";
import type { Canvas } from "../../../drawing/canvas.ts";
import { COLOR_MAP_NAMES, type ColorMap, colorMap } from "../../../drawing/color-maps.ts";
import { resizeNumbers } from "../../../drawing/resize-linear.ts";
import type { Size } from "../../../vision/raster.ts";
import { defineBlock } from "../../contract/block.ts";
import { orRef, ref } from "../../contract/fields.ts";
import { canvasFields, drawingBlock, drawn } from "../drawing-fields.ts";

export const anomalyHeatmapVisualizationV1 = defineBlock({
  ...drawingBlock,
  type: "roboflow_core/anomaly_heatmap_visualization@v1",
  summary: "Lays an anomaly map over the picture in colours.",
  inputs: () =>
    z.object({
      ...canvasFields(),
      anomaly_map: ref("numpy_array").describe(
        "Rows of numbers, higher where the picture is less normal; it is stretched over the picture.",
      ),
      anomaly_threshold: orRef(z.number(), "float").describe("Value that lies in the middle of the colours."),
      color_map: orRef(z.enum(COLOR_MAP_NAMES), "string")
        .default("ROBOFLOW")
        .describe("Colours; ROBOFLOW leaves what is normal as it is, the others cover the whole picture."),
      opacity: orRef(z.number().min(0).max(1), "float_zero_to_one")
        .default(0.75)
        .describe("How much of the colours covers the picture: 0 nothing, 1 all."),
    }),
  example: {
    image: "$inputs.image",
    anomaly_map: "$steps.inspect.anomaly_map",
    anomaly_threshold: "$steps.inspect.anomaly_threshold",
  },
  run: ({ image, anomaly_map, anomaly_threshold: threshold, color_map, opacity }, { services, step }) => {
    const { values, ...size } = numbersOf(anomaly_map, step);
    for (let i = 0; i < values.length; i++) values[i] = strength(values[i]!, threshold);
    const stretched = resizeNumbers(values, size, image);
    return {
      image: drawn(image, services.pixels, (canvas) => cover(canvas, stretched, { ...colorMap(color_map), opacity })),
    };
  },
});

/** 0 for what is normal, a half at the threshold, 1 for what is far above it. */
function strength(value: number, threshold: number): number {
  if (!(value > 0)) return 0;
  return threshold <= 0 ? 1 : value / (value + threshold);
}

function cover(
  { rgb }: Canvas,
  values: Float64Array,
  { colors, coverage, opacity }: ColorMap & { opacity: number },
): void {
  for (let at = 0; at < values.length; at++) {
    const place = Math.round(values[at]! * 255);
    const share = opacity * coverage[place]!;
    if (share === 0) continue;
    for (let channel = 0; channel < 3; channel++) {
      const i = at * 3 + channel;
      rgb[i] = roundHalfEven(share * colors[place * 3 + channel]! + (1 - share) * rgb[i]!);
    }
  }
}

/** Rows of equal length, of an array that may have further outer levels of one element; throws STEP_INPUT. */
function numbersOf(map: unknown, step: string): Size & { values: Float64Array } {
  let rows = map;
  while (Array.isArray(rows) && rows.length === 1 && Array.isArray(rows[0]) && Array.isArray(rows[0][0]))
    rows = rows[0];
  if (Array.isArray(rows) && rows.length > 0) {
    const lists = rows.map((row: unknown) => (isNumbers(row) ? Float64Array.from(row) : new Float64Array()));
    const width = lists[0]!.length;
    if (width > 0 && lists.every((list) => list.length === width)) return joined(lists, width);
  }
  const message = `step "${step}": anomaly_map is no array of rows of numbers; connect the anomaly_map of an anomaly detection model`;
  throw new StepError("STEP_INPUT", message, { step });
}

function isNumbers(row: unknown): row is ArrayLike<number> {
  if (Array.isArray(row)) return row.every((value) => typeof value === "number");
  return row instanceof Float32Array || row instanceof Float64Array || row instanceof Uint8Array;
}

function joined(rows: readonly Float64Array[], width: number): Size & { values: Float64Array } {
  const values = new Float64Array(width * rows.length);
  for (const [y, row] of rows.entries()) values.set(row, y * width);
  return { values, width, height: rows.length };
}
