import { z } from "zod";
import { Heat } from "../../../drawing/heat.ts";
import { BOX_ANCHORS, type Point } from "../../../kinds/anchor.ts";
import type { Detection } from "../../../kinds/detections.ts";
import { TrackMemory } from "../../analytics/track-memory.ts";
import { defineBlock } from "../../contract/block.ts";
import { orRef, ref } from "../../contract/fields.ts";
import { kernelOf } from "../area-fields.ts";
import { detectionFields, drawingBlock, drawnNow, needColor } from "../drawing-fields.ts";
import { wholeAnchor } from "../whole-pixels.ts";

export const heatmapVisualizationV1 = defineBlock({
  ...drawingBlock,
  type: "roboflow_core/heatmap_visualization@v1",
  aliases: ["HeatmapVisualization"],
  summary: "Colours the places where detections gather over time.",
  inputs: () =>
    z.object({
      ...detectionFields(),
      metadata: ref("video_metadata")
        .nullable()
        .default(null)
        .describe("Video whose heat it is, where several come together."),
      position: orRef(z.enum(BOX_ANCHORS), "string")
        .default("BOTTOM_CENTER")
        .describe("Point of the object that heats."),
      opacity: orRef(z.number(), "float")
        .default(0.2)
        .describe("How much of the colours covers the picture: 0 nothing, 1 all."),
      radius: orRef(z.int(), "integer").default(40).describe("Pixels around the point that are heated."),
      kernel_size: orRef(z.int(), "integer")
        .default(25)
        .describe("Pixels on a side of the square that the colours are blurred by."),
      top_hue: orRef(z.int(), "integer").default(0).describe("Hue of the hottest place, half its degrees."),
      low_hue: orRef(z.int(), "integer").default(125).describe("Hue of the coldest place, half its degrees."),
      ignore_stationary: orRef(z.boolean(), "boolean")
        .default(true)
        .describe("Whether tracked objects heat only as they move."),
      motion_threshold: orRef(z.int(), "integer")
        .default(25)
        .describe("Pixels that such an object has to go before it heats again."),
    }),
  example: { image: "$inputs.image", predictions: "$steps.detect.predictions", radius: 60, opacity: 0.4 },
  state: () => new Map<string, Memory>(),
  run: ({ image, predictions, metadata, ...inputs }, { services, state, step }) => {
    needColor(image, step);
    const memory = memoryOf(state, metadata?.videoIdentifier ?? "", image);
    const isMoved = inputs.ignore_stationary ? moves(memory.heated, inputs.motion_threshold) : () => true;
    const points = predictions.items
      .map((item) => ({ item, point: wholeAnchor(item, inputs.position, step) }))
      .filter(({ item, point }) => isMoved(item, point))
      .map(({ point }) => point);
    memory.heat.add(points, inputs.radius);
    const look = {
      opacity: inputs.opacity,
      kernel: kernelOf(inputs.kernel_size, step),
      topHue: inputs.top_hue,
      lowHue: inputs.low_hue,
    };
    return { image: drawnNow(image, services.pixels, (canvas) => memory.heat.paint(canvas, look)) };
  },
});

interface Memory {
  heat: Heat;
  /** Where tracked objects heated last, or were seen first. */
  heated: TrackMemory<Point>;
}

/** That of a video; a picture of another size begins one. */
function memoryOf(state: Map<string, Memory>, video: string, size: { width: number; height: number }): Memory {
  const found = state.get(video);
  if (found?.heat.fits(size)) return found;
  if (state.size >= MOST_VIDEOS) state.delete([...state.keys()][0]!);
  const memory = { heat: new Heat(size), heated: new TrackMemory<Point>() };
  state.set(video, memory);
  return memory;
}

const MOST_VIDEOS = 16;

/** Whether an object has gone far enough since it heated last; one without tracker id always has, one seen first has not. */
function moves(heated: TrackMemory<Point>, threshold: number) {
  return ({ trackerId }: Detection, [x, y]: Point): boolean => {
    if (trackerId === undefined) return true;
    const last = heated.get(trackerId);
    const isFar = last !== undefined && Math.hypot(x - last[0], y - last[1]) > threshold;
    if (last === undefined || isFar) heated.set(trackerId, [x, y]);
    return isFar;
  };
}
