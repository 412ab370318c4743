import { z } from "zod";
import type { Canvas, Color } from "../../../drawing/canvas.ts";
import { colorOf } from "../../../drawing/color.ts";
import { strokeLine } from "../../../drawing/lines.ts";
import { fillDisc, fillRoundBox } from "../../../drawing/strokes.ts";
import { drawText, type TextStyle, textSize } from "../../../drawing/text.ts";
import type { Point } from "../../../kinds/anchor.ts";
import { defineBlock } from "../../contract/block.ts";
import { orRef, ref } from "../../contract/fields.ts";
import { canvasFields, drawingBlock, drawnQuickly } from "../drawing-fields.ts";
import { wholePoint } from "../whole-pixels.ts";
import { edgesOf, skeletonsOf } from "./skeletons.ts";

export const keypointVisualizationV1 = defineBlock({
  ...drawingBlock,
  type: "roboflow_core/keypoint_visualization@v1",
  aliases: ["KeypointVisualization"],
  summary: "Draws the key points of objects, the lines that join them, or their numbers.",
  inputs: () =>
    z.object({
      ...canvasFields(),
      predictions: ref("keypoint_detection_prediction").describe("Detections with key points, made on that picture."),
      annotator_type: z
        .enum(["edge", "vertex", "vertex_label"])
        .default("edge")
        .describe("Lines between the points, the points, or their numbers."),
      color: orRef(z.string(), "string").default("#A351FB").describe("Colour of lines, points and labels."),
      text_color: orRef(z.string(), "string").default("black").describe("Colour of the numbers."),
      text_scale: orRef(z.number(), "float").default(0.5).describe("Size of the numbers; 1 makes them 21 pixels high."),
      text_thickness: orRef(z.int(), "integer").default(1).describe("Width of the numbers' strokes in pixels."),
      text_padding: orRef(z.int(), "integer").default(10).describe("Pixels around the numbers."),
      thickness: orRef(z.int(), "integer").default(2).describe("Width of the lines in pixels."),
      radius: orRef(z.int(), "integer")
        .default(10)
        .describe("Radius of the points, and of the corners of labels, in pixels."),
      edges: orRef(z.array(z.unknown()), "list_of_values")
        .nullable()
        .default(null)
        .describe("Pairs of points to join, counted from 1; null for the usual ones of 17 (COCO) and 33 points."),
    }),
  example: { image: "$inputs.image", predictions: "$steps.pose.predictions", annotator_type: "edge" },
  run: ({ image, predictions, annotator_type, edges, ...inputs }, { services, step }) => {
    const skeletons = skeletonsOf(predictions.items, step);
    const color = colorOf(inputs.color, step);
    const textColor = annotator_type === "vertex_label" ? colorOf(inputs.text_color, step) : color;
    const bones = skeletons.map(({ length }) => (annotator_type === "edge" ? edgesOf(edges, length, step) : []));
    const draw = {
      edge: (canvas: Canvas, points: readonly Point[], i: number) => {
        const pen = { thickness: inputs.thickness, color };
        for (const [a, b] of bones[i]!) drawEdge(canvas, [points[a]!, points[b]!], pen);
      },
      vertex: (canvas: Canvas, points: readonly Point[]) => {
        for (const point of points) if (!isMissing(point)) fillDisc(canvas, wholePoint(point), inputs.radius, color);
      },
      vertex_label: (canvas: Canvas, points: readonly Point[]) => {
        const label = {
          scale: inputs.text_scale,
          thickness: inputs.text_thickness,
          padding: inputs.text_padding,
          radius: inputs.radius,
          color,
          textColor,
        };
        for (const [i, point] of points.entries()) {
          if (!isMissing(point)) drawNumber(canvas, String(i), { ...label, at: wholePoint(point) });
        }
      },
    }[annotator_type];
    return {
      image: drawnQuickly(image, services.pixels, (canvas) => {
        for (const [i, points] of skeletons.entries()) draw(canvas, points, i);
      }),
    };
  },
});

/** As models give it that do not see the point. */
function isMissing([x, y]: Point): boolean {
  return x === 0 && y === 0;
}

function drawEdge(canvas: Canvas, [a, b]: readonly [Point, Point], pen: { thickness: number; color: Color }): void {
  if (!isMissing(a) && !isMissing(b)) strokeLine(canvas, [wholePoint(a), wholePoint(b)], pen);
}

interface NumberLabel extends TextStyle {
  at: Point;
  padding: number;
  radius: number;
  color: Color;
  textColor: Color;
}

/** In the middle of a box around the point. */
function drawNumber(canvas: Canvas, text: string, { at: [x, y], ...label }: NumberLabel): void {
  const { padding, scale, thickness } = label;
  const { width, height } = textSize(text, label);
  const [halfWidth, halfHeight] = [Math.floor(width / 2), Math.floor(height / 2)];
  const [left, top, right, bottom] = [x - halfWidth, y - halfHeight, x + halfWidth, y + halfHeight];
  fillRoundBox(canvas, [left - padding, top - padding, right + padding, bottom + padding], label.radius, label.color);
  drawText(canvas, text, { x: left, y: top + height, scale, thickness, color: label.textColor });
}
