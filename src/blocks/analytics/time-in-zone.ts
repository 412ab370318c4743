import { z } from "zod";
import { lazy } from "../../base/lazy.ts";
import { ANCHORS, type Anchor } from "../../kinds/anchor.ts";
import { type Detections, withItems } from "../../kinds/detections.ts";
import type { VideoMetadata } from "../../kinds/video-metadata.ts";
import { type Context, defineBlock } from "../contract/block.ts";
import { inputRef, orRef, ref } from "../contract/fields.ts";
import { frameSeconds } from "./frame-seconds.ts";
import { areasOf, polygonLists, polygonPoints } from "./polygon.ts";
import { TrackMemory } from "./track-memory.ts";
import { trackedItems } from "./tracked.ts";
import { ZoneClock } from "./zone-clock.ts";

const detectionKinds = ["object_detection_prediction", "instance_segmentation_prediction"] as const;

const image = lazy(() => inputRef("image").describe("Frame that the detections were made on."));
const detections = lazy(() => ref(...detectionKinds).describe("Objects with tracker ids."));
const zone = lazy(() =>
  orRef(polygonPoints(), "list_of_values").describe("Points of the zone in pixels, [[x, y], ...]."),
);
const rules = lazy(() => ({
  triggering_anchor: orRef(z.enum(ANCHORS), "string")
    .default("CENTER")
    .describe("Point of the box that has to be inside the zone."),
  remove_out_of_zone_detections: orRef(z.boolean(), "boolean")
    .default(true)
    .describe("Leave out detections outside the zone; events tell who leaves it only where they are kept."),
  reset_out_of_zone_detections: orRef(z.boolean(), "boolean")
    .default(true)
    .describe("Start again for an object that was seen outside."),
}));

const outputs = { timed_detections: detectionKinds };
const example = {
  image: "$inputs.image",
  detections: "$steps.track.tracked_detections",
  zone: [
    [800, 580],
    [1240, 580],
    [1240, 720],
    [800, 720],
  ],
};
const state = () => new ZoneClock();

export const timeInZoneV1 = defineBlock({
  type: "roboflow_core/time_in_zone@v1",
  category: "analytics",
  summary:
    "Tells for how many seconds each tracked object has been in a zone, by the clock of the given video metadata.",
  inputs: () =>
    z.object({
      image: image(),
      metadata: ref("video_metadata").describe("Frame number, time and rate of the video."),
      detections: detections(),
      zone: zone(),
      ...rules(),
    }),
  outputs,
  example: { ...example, metadata: "$inputs.video_metadata" },
  state,
  keeps: [ZoneClock, TrackMemory],
  run: (inputs, context) => timed(inputs, context, { video: inputs.metadata, severalZones: false }),
});

export const timeInZoneV2 = defineBlock({
  type: "roboflow_core/time_in_zone@v2",
  category: "analytics",
  summary: "Tells for how many seconds each tracked object has been in a zone.",
  inputs: () => z.object({ image: image(), detections: detections(), zone: zone(), ...rules() }),
  outputs,
  example,
  state,
  keeps: [ZoneClock, TrackMemory],
  run: (inputs, context) => timed(inputs, context, { video: inputs.image.video, severalZones: false }),
});

export const timeInZoneV3 = defineBlock({
  type: "roboflow_core/time_in_zone@v3",
  category: "analytics",
  summary: "Tells for how many seconds each tracked object has been in a zone of one or more polygons.",
  inputs: () =>
    z.object({
      image: image(),
      detections: detections(),
      zone: orRef(polygonLists(), "list_of_values").describe(
        "Points of the zone in pixels, [[x, y], ...], or a list of such polygons.",
      ),
      ...rules(),
    }),
  outputs,
  example,
  state,
  keeps: [ZoneClock, TrackMemory],
  run: (inputs, context) => timed(inputs, context, { video: inputs.image.video, severalZones: true }),
});

interface ZoneInputs {
  detections: Detections;
  zone: unknown;
  triggering_anchor: Anchor;
  remove_out_of_zone_detections: boolean;
  reset_out_of_zone_detections: boolean;
}

interface Version {
  video: VideoMetadata | null;
  severalZones: boolean;
}

function timed(inputs: ZoneInputs, { state: clock, step }: Context<ZoneClock, undefined>, version: Version) {
  const { detections: container } = inputs;
  const removeOutside = inputs.remove_out_of_zone_detections;
  const seconds = frameSeconds(version.video);
  const items = clock.update(trackedItems(container, step), seconds, {
    areas: areasOf(inputs.zone, step, version.severalZones),
    anchor: inputs.triggering_anchor,
    step,
    removeOutside,
    // One that is shown outside with 0 seconds does not go on from before.
    forgetOutside: inputs.reset_out_of_zone_detections || !removeOutside,
  });
  return { timed_detections: withItems(container, items) };
}
