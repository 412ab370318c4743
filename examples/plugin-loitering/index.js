import { defineBlock, orRef, ref, videoSeconds, withItems, z } from "millrace";

const tracked = ["object_detection_prediction", "keypoint_detection_prediction", "instance_segmentation_prediction"];

const flag = defineBlock({
  type: "loitering/flag@v1",
  category: "analytics",
  summary: "Flags tracked objects that have stayed near one place for some time.",
  inputs: z.object({
    image: ref("image").describe("Frame that the objects were found on; its clock counts."),
    detections: ref(...tracked).describe("Objects with ids of a tracker; those without are left out."),
    radius: orRef(z.number().positive(), "float", "integer")
      .default(50)
      .describe("Pixels that an object may move and still be at its place."),
    seconds: orRef(z.number().positive(), "float", "integer").default(10).describe("Time after which it is flagged."),
  }),
  outputs: { loitering: tracked, anyone: "boolean", places: "loitering_places" },
  init: ["memory_seconds"],
  example: { image: "$inputs.image", detections: "$steps.track.tracked_detections", radius: 40, seconds: 30 },
  // One for each step and camera, as long as the pipeline runs.
  state: () => new Map(),
  run({ image, detections, radius, seconds }, { state: places, init }) {
    const now = image.video === null ? Date.now() / 1000 : videoSeconds(image.video);
    const found = [];
    for (const item of detections.items) {
      if (item.trackerId === undefined) continue;
      const place = update(places, item.trackerId, { ...footOf(item), now, radius });
      if (now - place.since >= seconds) found.push(item);
    }
    forget(places, now - init.memory_seconds);
    return { loitering: withItems(detections, found), anyone: found.length > 0, places: new Map(places) };
  },
});

function footOf({ box: [left, , right, bottom] }) {
  return { x: (left + right) / 2, y: bottom };
}

/** The place of an object: the one it had while it stays within the radius, a new one from now on otherwise. */
function update(places, trackerId, { x, y, now, radius }) {
  const before = places.get(trackerId);
  const stays = before !== undefined && Math.hypot(x - before.x, y - before.y) <= radius;
  const place = stays ? { ...before, seen: now } : { x, y, since: now, seen: now };
  places.set(trackerId, place);
  return place;
}

/** Ids are not used again, so those out of sight for long would gather. */
function forget(places, before) {
  for (const [trackerId, { seen }] of places) if (seen < before) places.delete(trackerId);
}

export const blocks = [flag];

/** A kind of the plugin's own: places by tracker id, a list of objects on the outside. */
export const kinds = {
  loitering_places: {
    serialise: (places) =>
      Array.from(places, ([trackerId, { x, y, since, seen }]) => ({
        tracker_id: trackerId,
        x,
        y,
        seconds: seen - since,
      })),
  },
};

/** Read once for each workflow. */
export const initialisers = {
  memory_seconds: () => Number(process.env.LOITERING_MEMORY_SECONDS ?? 60),
};
