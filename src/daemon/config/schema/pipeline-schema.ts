import { z } from "zod";
import { Snapshots } from "./archive-schema.ts";
import { id, milliseconds } from "./fields.ts";
import { takers } from "./taker.ts";
import { VideoOutput } from "./video-schema.ts";

const Tracks = z.strictObject({
  confirm_frames: z
    .int()
    .min(1)
    .max(10_000)
    .default(3)
    .describe("Frames that must show an object before its start is published"),
  confirm_score: z
    .number()
    .min(0)
    .max(1)
    .default(0.4)
    .describe("Score that one of them must have; objects that never reach it are not published as events"),
  update_every_s: z.number().min(0).default(5).describe("Seconds between updates of an object"),
  lost_after_s: z
    .number()
    .positive()
    .default(3)
    .describe(
      "Seconds unseen after which a track ends whose ids come from code; the trackers among the blocks tell it themselves",
    ),
  max_open: z
    .int()
    .min(1)
    .max(100_000)
    .default(1000)
    .describe("Most tracks of a camera; one more ends the least recently seen"),
});

const Publish = z.strictObject({
  detections: z
    .string()
    .nullable()
    .optional()
    .describe("Output with the detections; by default the last that can hold any"),
  frames: z
    .boolean()
    .default(false)
    .describe(
      "Publish the detections of every frame, half a gigabyte a day and camera; events and tracks say the same in short",
    ),
  events: z
    .boolean()
    .default(true)
    .describe("Publish start, update and end of every tracked object, and a record of each track"),
  tracks: Tracks.prefault({}).describe("When events of tracked objects are published"),
  snapshots: Snapshots.prefault({}).describe("Pictures of events, each of its best frame"),
  counts: z
    .boolean()
    .default(true)
    .describe("Publish how many tracked objects are in sight, by zone and class, as plain retained numbers"),
  values: z
    .boolean()
    .default(true)
    .describe("Publish outputs that are numbers, booleans or short texts as plain retained values too"),
  outputs: z
    .enum(["changed", "every_frame", "none"])
    .default("changed")
    .describe(
      "When to publish the other outputs; changed leaves out further detections, which change with every frame, without `frames`",
    ),
});

const Keep = z.strictObject({
  interval_s: z
    .number()
    .min(0.1)
    .max(86_400)
    .default(10)
    .describe("Seconds between two writes; the last is at the end"),
  max_bytes: z
    .int()
    .min(1)
    .default(4 * 2 ** 20)
    .describe("Most bytes of a step's state; a larger one is not kept, and reported"),
});

const KeepState = z
  .union([z.boolean(), Keep])
  .transform((keep) => (typeof keep === "boolean" ? (keep ? Keep.parse({}) : (false as const)) : keep));

/** A workflow, its cameras, and what is published of it. */
export const Pipeline = z.strictObject({
  workflow: z.string().min(1).describe("Workflow definition, a JSON file").register(takers, { taker: "definition" }),
  cameras: z
    .array(id)
    .min(1)
    .describe("Cameras whose frames feed the workflow's image input")
    .register(takers, { taker: "camera" }),
  parameters: z
    .record(z.string(), z.unknown())
    .default({})
    .describe("Values for the workflow's parameters")
    .register(takers, { taker: "definition" }),
  publish: Publish.prefault({}).describe("What is published over MQTT").register(takers, { taker: "definition" }),
  picture: z
    .string()
    .optional()
    .describe("Output that the live page shows first; by default the last picture")
    .register(takers, { taker: "definition" }),
  video_out: z
    .array(VideoOutput)
    .max(32)
    .default([])
    .describe("Outputs whose pictures are published as video")
    .register(takers, { taker: "video" }),
  batch_size: z.int().min(1).max(64).default(8).describe("Most frames in a batch, at most one of each camera"),
  batch_wait_ms: z.number().min(0).max(1000).default(5).describe("How long a frame waits for those of other cameras"),
  concurrency: z
    .int()
    .min(1)
    .max(64)
    .optional()
    .describe("Batches in flight at once; the number of sessions by default, two more for one camera"),
  on_error: z
    .enum(["isolate", "drop"])
    .default("isolate")
    .describe(
      "A step that fails: isolate makes its outputs null for that frame, drop gives up the whole batch, as the reference does",
    )
    .register(takers, { taker: "definition" }),
  disable_sinks: z
    .boolean()
    .default(false)
    .describe("Sinks send and write nothing, whatever their steps say, for trying a workflow out"),
  keep_state: KeepState.default(false).describe(
    "Keep counters, zones, tracks and other state of blocks over a restart, in `state_dir`; true for the usual interval and size",
  ),
  timeout_ms: milliseconds
    .default(30_000)
    .describe("A batch that takes longer is dropped and the workflow's thread restarted"),
});
