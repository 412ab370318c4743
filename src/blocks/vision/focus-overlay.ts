import { type Canvas, type Color, fillMask, fillRect } from "../../drawing/canvas.ts";
import { drawText, textSize } from "../../drawing/text.ts";
import { channelHistograms } from "../../vision/contrast/histogram.ts";
import { greyOf } from "../../vision/grey.ts";
import { withFocusMarks } from "../../vision/measures/focus-marks.ts";
import type { Sharpness } from "../../vision/measures/sharpness.ts";
import type { Raster } from "../../vision/raster.ts";

export const GRIDS = ["None", "2x2", "3x3", "4x4", "5x5"] as const;

interface FocusHelp {
  sharpness: Sharpness;
  measure: number;
  underexposed_threshold_percent: number;
  overexposed_threshold_percent: number;
  show_zebra_warnings: boolean;
  grid_overlay: (typeof GRIDS)[number];
  show_hud: boolean;
  show_focus_peaking: boolean;
  show_center_marker: boolean;
}

/** A copy of the picture, in colour, with what helps to set up a camera drawn on it. */
export function drawFocusHelp(raster: Raster, help: FocusHelp): Raster<3> {
  const picture = withFocusMarks(raster, {
    exposure: help.show_zebra_warnings ? exposureOf(raster, help) : null,
    sharpness: help.show_focus_peaking ? help.sharpness : null,
  });
  const canvas = canvasOf(picture);
  if (help.grid_overlay !== "None") drawGrid(canvas, Number(help.grid_overlay[0]));
  if (help.show_center_marker) drawMarker(canvas);
  if (help.show_hud) drawPanel(canvas, { histograms: channelHistograms(raster), measure: help.measure });
  return picture;
}

export function canvasOf({ data, width, height }: Raster<3>): Canvas {
  return { rgb: data, width, height };
}

const RED: Color = [255, 0, 0];
const GREEN: Color = [0, 255, 0];
const BLUE: Color = [0, 0, 255];
const WHITE: Color = [255, 255, 255];
const GREY: Color = [128, 128, 128];
const BLACK: Color = [0, 0, 0];

function exposureOf(raster: Raster, help: FocusHelp) {
  const levelOf = (percent: number) => Math.trunc((percent * 255) / 100);
  const [dark, bright] = [levelOf(help.underexposed_threshold_percent), levelOf(help.overexposed_threshold_percent)];
  return { grey: greyOf(raster), dark, bright };
}

function drawGrid(canvas: Canvas, parts: number): void {
  const { width, height } = canvas;
  for (let i = 1; i < parts; i++) {
    fillRect(canvas, { x: Math.floor((width * i) / parts), y: 0, width: 1, height }, GREY);
    fillRect(canvas, { x: 0, y: Math.floor((height * i) / parts), width, height: 1 }, GREY);
  }
}

function scaleOf({ width, height }: Canvas): number {
  return Math.min(2.5, Math.max(0.4, Math.min(width, height) / 720));
}

function drawMarker(canvas: Canvas): void {
  const [x, y] = [canvas.width >> 1, canvas.height >> 1];
  const reach = Math.trunc(20 * scaleOf(canvas));
  fillRect(canvas, { x: x - reach, y, width: 2 * reach + 1, height: 1 }, WHITE);
  fillRect(canvas, { x, y: y - reach, width: 1, height: 2 * reach + 1 }, WHITE);
}

/** How much of the ground of the panel covers the picture, of 255. */
const DARK = 179;

/** The measure and a histogram of each channel, on a dark ground in the upper left corner. */
function drawPanel(canvas: Canvas, { histograms, measure }: { histograms: Uint32Array[]; measure: number }): void {
  const scale = scaleOf(canvas);
  const px = (length: number) => Math.round(length * scale);
  const panel = { x: px(10), y: px(10), width: px(207), height: px(115) };
  const ground = {
    alpha: new Uint8Array(panel.width * panel.height).fill(DARK),
    width: panel.width,
    height: panel.height,
  };
  fillMask(canvas, { ...ground, x: panel.x, y: panel.y }, BLACK);
  const style = { scale: 0.5 * scale, thickness: 1 };
  const text = `Focus ${measure.toFixed(1)}`;
  const y = panel.y + px(10) + textSize(text, style).height;
  drawText(canvas, text, { ...style, x: panel.x + px(12), y, color: WHITE });
  const chart = { x: panel.x + px(12), y: panel.y + px(45), width: panel.width - 2 * px(12), height: px(55) };
  fillRect(canvas, chart, BLACK);
  const colors = histograms.length === 1 ? [WHITE] : [RED, GREEN, BLUE];
  for (const [i, counts] of histograms.entries()) drawCounts(canvas, { chart, counts, color: colors[i] ?? WHITE });
}

interface Area {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** A point for each column, higher the more pixels have its values. */
function drawCounts(
  canvas: Canvas,
  { chart, counts, color }: { chart: Area; counts: Uint32Array; color: Color },
): void {
  const most = Math.max(...counts, 1);
  for (let x = 0; x < chart.width; x++) {
    const bins = counts.subarray(Math.floor((x * 256) / chart.width), Math.ceil(((x + 1) * 256) / chart.width));
    const height = Math.round((Math.max(...bins) / most) * (chart.height - 1));
    fillRect(canvas, { x: chart.x + x, y: chart.y + chart.height - 1 - height, width: 1, height: 1 }, color);
  }
}
