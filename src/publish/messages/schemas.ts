import { z } from "zod";
import { lazy } from "../../base/lazy.ts";

/** Everything published as JSON. Names without `millrace.` and version are those of `millrace schema`. */

const timestamp = lazy(() => z.iso.datetime().describe("UTC with milliseconds"));
const count = lazy(() => z.int().min(0));
const seconds = lazy(() => z.number().min(0));
const milliseconds = lazy(() => z.number().min(0));

function envelope(name: string) {
  return {
    schema: z
      .string()
      .regex(new RegExp(`^millrace\\.${name}/1\\.\\d+$`))
      .describe("Name and major.minor; the major changes when something is removed"),
    replayed: z.boolean().describe("True when it waited in the spool"),
    device: z.string(),
    boot: z.string().describe("Random for each start of the daemon"),
    seq: z.int().min(1).describe("Counts the messages of one class within a boot; a gap is a loss"),
    ts: timestamp(),
  };
}

const latency = lazy(() =>
  z.object({
    decode: milliseconds().optional(),
    queue: milliseconds().optional(),
    infer: milliseconds().optional(),
    total: milliseconds().optional(),
  }),
);

const workflow = lazy(() =>
  z.object({
    id: z.string(),
    revision: z.string(),
    lineage: z.array(z.string()).describe("Camera, then the steps that cut the picture"),
  }),
);

const model = lazy(() =>
  z.object({
    id: z.string(),
    hash: z.string().optional(),
    provider: z.string().optional(),
    precision: z.string().optional(),
  }),
);

function frameEnvelope(name: string) {
  return {
    ...envelope(name),
    ts_source: z.enum(["sender", "arrival", "file"]).describe("Clock behind `ts`"),
    camera: z.string(),
    frame: z.object({
      id: z.int().min(0),
      pts: z.number().nullable().describe("Seconds of the stream"),
      width: z.int().min(1),
      height: z.int().min(1),
    }),
    workflow: workflow().optional(),
    model: model().optional(),
    latency_ms: latency().optional(),
    reused: z
      .literal(true)
      .optional()
      .describe("A model answered with its last result, as the picture had not changed since; absent otherwise"),
    regions: z
      .int()
      .min(1)
      .optional()
      .describe("Parts of a large picture that models looked at, beside the whole or in its place; absent where none"),
  };
}

const fraction = lazy(() => z.number().min(0).max(1));
const box = lazy(() =>
  z.tuple([fraction(), fraction(), fraction(), fraction()]).describe("x1, y1, x2, y2 as fractions of the frame"),
);
const px = lazy(() => z.tuple([count(), count(), count(), count()]).describe("x1, y1, x2, y2 in pixels of the frame"));

const attribute = lazy(() =>
  z.object({ value: z.unknown(), confidence: fraction().optional(), model: z.string().optional() }),
);

const object = lazy(() =>
  z.object({
    track: z.int().nullable(),
    parent: z.string().nullable().describe("Detection whose crop it was found in"),
    class: z.string(),
    confidence: fraction(),
    box: box(),
    px: px(),
    zones: z.array(z.string()),
    attrs: z.record(z.string(), attribute()),
    detection: z.string().optional(),
    dwell_s: z.record(z.string(), seconds()).optional().describe("Seconds in each zone; `zone` when it has no name"),
  }),
);

const status = lazy(() => z.enum(["online", "stopping", "offline"]).describe("Plain text, not JSON"));

const switched = lazy(() => z.enum(["ON", "OFF"]).describe("Plain text, not JSON"));

const plainCount = lazy(() =>
  z
    .int()
    .min(0)
    .describe(
      "Plain text: tracked objects in sight; `all` for the whole picture, and for every class. At most one in a second",
    ),
);
const plainValue = lazy(() =>
  z
    .union([z.number(), z.boolean(), z.string().max(255)])
    .describe(
      "Plain text: a number, `true`, `false` or a short text; emptied while there is none. At most one in a second",
    ),
);

const info = lazy(() =>
  z.object({
    ...envelope("info"),
    version: z.string(),
    schemas: z.array(z.string()),
    host: z.object({
      class: z.string(),
      os: z.string().optional(),
      arch: z.string().optional(),
      jetpack: z.string().nullable().optional(),
      gpu: z.string().nullable().optional(),
    }),
    engines: z.array(z.object({ name: z.string(), version: z.string().optional() })),
    cameras: z.array(z.string()),
    workflows: z.array(z.string()).optional(),
    clock: z
      .object({ stepped_s: z.number(), at: timestamp() })
      .optional()
      .describe(
        "When the wall clock was last set since the start, and by how much: times published before are off by that much",
      ),
  }),
);

const cameraStats = lazy(() =>
  z.object({
    fps_in: z.number().min(0).nullable(),
    fps_out: z.number().min(0).nullable(),
    decoded: count().optional(),
    processed: count().optional(),
    dropped: z.record(z.string(), count()).describe("Frames by reason"),
    reused: z
      .record(z.string(), count())
      .optional()
      .describe("Answers of models that were their last result, by model: runs that an unchanged picture saved"),
    regions: z
      .object({ looked: count(), left_out: count() })
      .optional()
      .describe("Parts of large pictures that models looked at, and those that had to wait for another frame"),
    latency_ms: z
      .object({ p50: milliseconds().nullable(), p99: milliseconds().nullable() })
      .optional()
      .describe("Of the last 256 frames, from decoded to published"),
  }),
);

const counted = lazy(() => z.array(count()));

const latencies = lazy(() =>
  z.object({
    bounds_ms: z
      .array(z.number())
      .describe("Upper ends of the buckets; every list of counts has one more, for what took longer"),
    total: counted().describe("Frames by the time from decoded to published, since the start"),
    parts: z
      .object({
        batch: counted().describe("Waiting for its batch, and for one of the batches under way to end"),
        thread: counted().describe("Waiting for the thread of the workflow"),
        session: counted().describe("Waiting for sessions of models, and for the other pictures of their runs"),
        model: counted().describe("In models"),
        steps: counted().describe("In the steps of the workflow, and making its messages"),
        delivery: counted().describe("Waiting for earlier frames and for the main thread"),
      })
      .describe("The same frames by parts of that time, which follow each other"),
    pauses: z
      .object({ main: counted(), workflow: counted(), session: counted() })
      .describe("Pauses for the garbage collector, by kind of thread"),
  }),
);

const archivedFiles = lazy(() =>
  z.object({
    files: count().describe("In the archive now"),
    bytes: count(),
    deleted: z
      .record(z.string(), count())
      .describe("Since the start, by reason: `age`, `size` of the archive, `count` of its events"),
  }),
);

const stats = lazy(() =>
  z.object({
    ...envelope("stats"),
    uptime_s: seconds(),
    cameras: z.record(z.string(), cameraStats()),
    failures: z
      .record(z.string(), z.record(z.string(), z.record(z.string(), count())))
      .optional()
      .describe("Of steps since the start, by pipeline, step and code"),
    latency: latencies().optional().describe("Where the time of frames goes"),
    outbox: z.object({
      published: z.record(z.string(), count()),
      dropped: z.record(z.string(), z.record(z.string(), count())).describe("Messages by class and reason"),
      spool: z.object({
        depth: count(),
        bytes: count(),
        storage: z.enum(["disk", "memory"]),
        oldest_age_s: seconds().nullable(),
      }),
    }),
    archive: z
      .object({
        events: count(),
        bytes: count(),
        dropped: count().describe("Files that could not be written, since the start"),
        pictures: archivedFiles(),
        clips: archivedFiles(),
      })
      .optional()
      .describe("Events that are kept on disk; absent where none can be"),
    host: z
      .object({
        temperature_c: z.record(z.string(), z.number()).optional(),
        power_mode: z.string().nullable().optional(),
        rss_mb: z.number().optional(),
        cpu_percent: z.number().optional(),
        memory_available_mb: z
          .number()
          .optional()
          .describe("Of the machine, or of the service or container where that has less"),
        memory_total_mb: z.number().optional(),
        disk_free_mb: z.record(z.string(), z.number()).optional().describe("By folder that is written to"),
      })
      .optional(),
  }),
);

const cameraStatus = lazy(() =>
  z.object({
    ...envelope("camera-status"),
    camera: z.string(),
    state: z.enum(["starting", "online", "retrying", "failed", "ended", "disabled", "paused", "offline"]),
    error: z.object({ code: z.string(), message: z.string() }).nullable(),
    since: timestamp(),
    share: z
      .number()
      .optional()
      .describe("Share of its frames that is processed, while it is less than all because the machine has too little"),
    attempts: count(),
    next_retry: timestamp().nullable(),
  }),
);

const snapshot = lazy(() =>
  z.object({
    ...envelope("snapshot"),
    camera: z.string(),
    reason: z.string().describe("`command`, or `event`: the first picture of an event, and its best one when it ends"),
    event: z.string().nullable().describe("Id of the event that it shows"),
    content_type: z.string(),
    bytes: count(),
  }),
);

const clip = lazy(() =>
  z.object({
    ...envelope("clip"),
    camera: z.string(),
    event: z.string().describe("Id of the event that it shows"),
    url: z.string().describe("Address at the HTTP server of the daemon"),
    start: timestamp().describe("Of its first frame"),
    duration_s: seconds(),
    content_type: z.string(),
    bytes: count(),
    lacks: z
      .array(z.enum(["start", "middle", "end"]))
      .describe("Parts that it should show and does not; empty for a whole one"),
  }),
);

const engine = lazy(() =>
  z.object({
    ...envelope("engine"),
    model: z.string(),
    state: z.enum(["queued", "building", "ready", "failed"]),
    elapsed_s: seconds().optional(),
    estimate_s: seconds().nullable().optional(),
    provider: z.string().optional(),
    error: z.object({ code: z.string(), message: z.string() }).nullable().optional(),
  }),
);

const detections = lazy(() => z.object({ ...frameEnvelope("detections"), objects: z.array(object()) }));

const event = lazy(() =>
  z.object({
    ...frameEnvelope("event"),
    id: z.string().describe("The same for all events of a track"),
    phase: z.enum(["start", "update", "end"]),
    reason: z
      .string()
      .describe(
        "`confirmed` of a start; `interval`, `class_changed`, `zone_entered`, `zone_left` of an update; why it ended of an end",
      ),
    start_ts: timestamp().optional().describe("When it was first seen"),
    best_confidence: fraction().optional().describe("Highest score of the class so far"),
    zones_entered: z
      .array(z.string())
      .optional()
      .describe("Names of the zones that it was in so far; `object.zones` has the present ones"),
    snapshot: z
      .string()
      .nullable()
      .optional()
      .describe(
        "Address of its picture at the HTTP server of the daemon, or the topic of pictures where none are kept; null while there is none",
      ),
    object: object(),
  }),
);

const track = lazy(() =>
  z.object({
    ...frameEnvelope("track"),
    id: z.string().describe("Id of its events"),
    reason: z.string().describe("Why it ended"),
    track: z.int(),
    class: z.string(),
    class_votes: z.record(z.string(), count()),
    confidence: fraction().describe("Highest score of the class"),
    frames: count(),
    first_ts: timestamp(),
    last_ts: timestamp(),
    duration_s: seconds(),
    first_box: box(),
    last_box: box(),
    path_px: z.number().min(0).describe("Distance that the box's centre moved, in pixels of the frame"),
    zones_entered: z.array(z.string()).optional().describe("Names of the zones that it was in"),
  }),
);

const output = lazy(() => z.object({ ...frameEnvelope("output"), name: z.string(), value: z.unknown() }));

const result = lazy(() =>
  z.object({
    ...envelope("result"),
    id: z.string().describe("Of the command; its verb where it had none"),
    verb: z.string().optional().describe("`enabled` for the switch of a camera"),
    ok: z.boolean(),
    error: z.object({ code: z.string(), message: z.string() }).nullable(),
    value: z.unknown().optional().describe("What holds from now on"),
  }),
);

const SCHEMAS = {
  status,
  enabled: switched,
  info,
  stats,
  "camera-status": cameraStatus,
  detections,
  event,
  track,
  output,
  count: plainCount,
  value: plainValue,
  snapshot,
  clip,
  engine,
  result,
};

export type PayloadName = keyof typeof SCHEMAS;
export type Payload<Name extends PayloadName> = z.infer<ReturnType<(typeof SCHEMAS)[Name]>>;

/** Those that are no JSON. */
export const PLAIN_PAYLOADS: readonly PayloadName[] = ["status", "enabled", "count", "value"];

export const PAYLOAD_NAMES = Object.keys(SCHEMAS) as PayloadName[];

/** The `schema` field of a payload: `millrace.event/1.0`. */
export function schemaName(name: PayloadName): string {
  return `millrace.${name}/1.0`;
}

/** Dialect of JSON Schema. */
type Target = "draft-2020-12" | "draft-7";

/** JSON Schema of a payload for consumers; fields it does not name are allowed. */
export function payloadSchema(name: PayloadName, target: Target = "draft-2020-12"): Record<string, unknown> {
  return { title: schemaName(name), ...z.toJSONSchema(SCHEMAS[name](), { io: "input", target }) };
}
