import { z } from "zod";

/** Pictures of the events of a pipeline. */
export const Snapshots = z.strictObject({
  mqtt: z
    .boolean()
    .default(false)
    .describe("Publish them as camera/<camera>/snapshot: the first one of an event, and its best one when it ends"),
  disk: z
    .boolean()
    .default(false)
    .describe(
      "Keep events with their pictures in the `archive`, from where /events.json and /events/ID.jpg serve them",
    ),
  crop: z.boolean().default(false).describe("Show the object alone instead of the whole picture of the camera"),
  margin: z
    .number()
    .min(0)
    .max(5)
    .default(0.25)
    .describe("Around a cropped object, on each side, as a part of its width and height"),
  max_width: z.int().min(64).max(7680).default(1280).describe("A wider picture is made smaller"),
  max_kb: z
    .int()
    .min(5)
    .max(10_000)
    .default(250)
    .describe("A larger JPEG is encoded with less quality, and then smaller, until it fits"),
  quality: z.int().min(1).max(100).default(80).describe("Quality of JPEG"),
});

/** Where events are kept, and how much of them. */
export const Archive = z.strictObject({
  directory: z.string().min(1).optional().describe("Folder of its own for events; `events` in `state_dir` by default"),
  max_mb: z
    .number()
    .min(1)
    .max(100_000_000)
    .default(2000)
    .describe("Most that may lie in it; the oldest events are deleted for new ones"),
  max_days: z.number().min(0.01).max(3650).default(14).describe("Older events are deleted"),
  reserve_mb: z
    .number()
    .min(0)
    .max(1_000_000)
    .default(256)
    .describe("Space that stays free on the disk; where others have taken it, nothing more is kept"),
});
