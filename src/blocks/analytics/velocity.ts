import { z } from "zod";
import { pointOf } from "../../kinds/anchor.ts";
import { type Detection, withItems } from "../../kinds/detections.ts";
import { defineBlock } from "../contract/block.ts";
import { inputRef, orRef, outputRef } from "../contract/fields.ts";
import { frameSeconds } from "./frame-seconds.ts";
import { TrackMemory } from "./track-memory.ts";
import { trackedItems } from "./tracked.ts";

const kinds = [
  "keypoint_detection_prediction",
  "object_detection_prediction",
  "instance_segmentation_prediction",
] as const;

export const velocityV1 = defineBlock({
  type: "roboflow_core/velocity@v1",
  category: "analytics",
  summary: "Tells how fast the centres of tracked objects move, by the clock of their video.",
  inputs: () =>
    z.object({
      image: inputRef("image").describe("Frame that the detections were made on; gives the time."),
      detections: outputRef(...kinds).describe("Objects with tracker ids."),
      smoothing_alpha: orRef(z.number().gt(0).max(1), "float")
        .default(0.5)
        .describe("Weight of the last motion in the smoothed one, above 0 and at most 1: lower is smoother."),
      pixels_per_meter: orRef(z.number().gt(0), "float")
        .default(1)
        .describe("Pixels in a metre, for metres a second; 1 for pixels a second."),
    }),
  outputs: { velocity_detections: kinds },
  example: { image: "$inputs.image", detections: "$steps.track.tracked_detections", pixels_per_meter: 80 },
  state: () => new TrackMemory<Motion>(),
  keeps: [TrackMemory],
  run: ({ image, detections, smoothing_alpha, pixels_per_meter }, { state, step }) => {
    const seconds = frameSeconds(image.video);
    const items = trackedItems(detections, step).map((item) => {
      const [x, y] = pointOf(item, "CENTER", step);
      const motion = moved(state.get(item.trackerId), { x, y, seconds, alpha: smoothing_alpha });
      state.set(item.trackerId, motion);
      return withVelocity(item, motion, pixels_per_meter);
    });
    return { velocity_detections: withItems(detections, items) };
  },
});

type Pair = readonly [number, number];

/** Where an object was last, and how it moved, in pixels a second. */
interface Motion {
  x: number;
  y: number;
  seconds: number;
  velocity: Pair;
  smoothed: Pair;
}

interface Sight {
  x: number;
  y: number;
  seconds: number;
  alpha: number;
}

/** A clock that stands or runs backwards tells of no motion. */
function moved(before: Motion | undefined, { x, y, seconds, alpha }: Sight): Motion {
  if (before === undefined) return { x, y, seconds, velocity: [0, 0], smoothed: [0, 0] };
  const passed = seconds - before.seconds;
  const velocity: Pair = passed > 0 ? [(x - before.x) / passed, (y - before.y) / passed] : [0, 0];
  const smooth = (now: number, then: number) => alpha * now + (1 - alpha) * then;
  const smoothed: Pair = [smooth(velocity[0], before.smoothed[0]), smooth(velocity[1], before.smoothed[1])];
  return { x, y, seconds, velocity, smoothed };
}

function withVelocity(item: Detection, { velocity, smoothed }: Motion, scale: number): Detection {
  const [of, smoothedOf] = [velocity, smoothed].map(([x, y]) => [x / scale, y / scale] as const) as [Pair, Pair];
  const data = {
    ...item.data,
    velocity: of,
    speed: Math.hypot(...of),
    smoothed_velocity: smoothedOf,
    smoothed_speed: Math.hypot(...smoothedOf),
  };
  return { ...item, data };
}
