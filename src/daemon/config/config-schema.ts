import { z } from "zod";
import { SANDBOX_LEVELS } from "../../dynamic/sandbox/sandbox-launch.ts";
import { FAMILIES } from "../../inference/families/family-list.ts";
import { takers } from "./taker.ts";

// The one description of the config file: types, defaults, the JSON schema and docs/reference/config.md come from it, and
// what takes another value while the daemon runs.

const id = z
  .string()
  .regex(/^[a-z0-9_-]{1,64}$/, { error: "expected 1 to 64 of a-z, 0-9, _ and -, as it becomes part of MQTT topics" });
const milliseconds = z.int().min(1);

const Mqtt = z.strictObject({
  url: z
    .string()
    .regex(/^(mqtts?|wss?):\/\//i, { error: "expected an address such as mqtt://host:1883" })
    .describe("Broker: mqtt://, mqtts://, ws:// or wss://"),
  username: z.string().optional().describe("User name at the broker, instead of one in the address"),
  password: z.string().optional().describe("Password at the broker; better a reference to an environment variable"),
  password_file: z
    .string()
    .min(1)
    .optional()
    .describe("File with the password; a bare name is looked up in the folder of systemd's credentials first"),
  client_id: z.string().optional().describe("Client id; millrace-<device> by default"),
  prefix: z
    .string()
    .regex(/^[a-z0-9_-]{1,64}(\/[a-z0-9_-]{1,64})?$/)
    .default("millrace")
    .describe("First one or two levels of every topic")
    .register(takers, { taker: "daemon" }),
  protocol: z
    .enum(["auto", "5", "3.1.1"])
    .default("auto")
    .describe("auto: MQTT 5, or 3.1.1 where the broker refuses that"),
  keep_alive_s: z.int().min(5).max(3600).default(30).describe("Seconds between keep-alive packets"),
  ca_file: z.string().optional().describe("PEM file with the broker's certificate authority"),
  cert_file: z.string().optional().describe("PEM file with the client's certificate"),
  key_file: z.string().optional().describe("PEM file with the client's key"),
  verify: z.boolean().default(true).describe("Whether the broker's certificate must be valid"),
  spool_mb: z
    .number()
    .min(0.1)
    .max(10_000)
    .default(64)
    .describe("Most disk space for events that wait for the broker")
    .register(takers, { taker: "daemon" }),
  spool_days: z
    .number()
    .min(0.01)
    .max(365)
    .default(7)
    .describe("Events older than this are dropped")
    .register(takers, { taker: "daemon" }),
});

const Camera = z.strictObject({
  url: z.string().min(1).describe("rtsp://, http:// (MJPEG), /dev/video0 or the path of a video file"),
  transport: z.enum(["tcp", "udp"]).default("tcp").describe("Transport of RTSP"),
  username: z.string().optional().describe("User name at the camera, instead of one in the address"),
  password: z.string().optional().describe("Password at the camera; better a reference to an environment variable"),
  password_file: z
    .string()
    .min(1)
    .optional()
    .describe("File with the password; a bare name is looked up in the folder of systemd's credentials first"),
  verify: z.boolean().default(true).describe("Whether the certificate of an rtsps:// or https:// camera must be valid"),
  ca_file: z
    .string()
    .min(1)
    .optional()
    .describe("PEM file with the authority of that certificate, or with the certificate itself"),
  max_fps: z
    .number()
    .min(0.01)
    .max(1000)
    .optional()
    .describe(
      "Frames beyond this rate are left out by the decoder, by their stamps, or by arrival where the stamps of a camera do not keep time",
    ),
  loop: z.boolean().default(false).describe("Files: restart at the end"),
  pace: z.enum(["realtime", "fast"]).default("realtime").describe("Files: in real time, or as fast as they decode"),
  input_arguments: z
    .array(z.string())
    .default([])
    .describe("ffmpeg options before the input, such as a hardware decoder"),
  decoder_threads: z.int().min(1).max(64).optional().describe("Threads of the decoder; ffmpeg's choice by default"),
  connect_timeout_ms: milliseconds
    .default(10_000)
    .describe(
      "Longest wait for the first frame; a minute more while an RTSP camera over TCP sends what has no keyframe yet",
    ),
  stall_timeout_ms: milliseconds.default(10_000).describe("Longest time without a frame before the camera is reopened"),
});

const channels = z.tuple([z.number(), z.number(), z.number()]);

/** `value = (byte * scale - mean) / std`, the channels in their order. */
const Preprocessing = z
  .strictObject({
    order: z.enum(["rgb", "bgr"]).describe("Order of the channels"),
    scale: z.number().describe("Factor of each byte: 0.00392157 for values of 0 to 1"),
    mean: channels.describe("Subtracted from each channel, after the factor"),
    std: channels.describe("Divides each channel, after the mean was subtracted"),
    fit: z
      .enum(["stretch", "letterbox_center", "letterbox_top_left", "cover_center"])
      .describe("How a picture is fitted into the input"),
    pad: z.int().min(0).max(255).describe("Grey level around a letterbox"),
  })
  .partial();

export const Model = z.strictObject({
  path: z.string().min(1).describe("ONNX file"),
  family: z
    .string()
    .optional()
    .describe(
      `Layout of inputs and outputs, when the file does not tell: ${FAMILIES.map(({ name }) => name).join(", ")}, or one of a plugin`,
    ),
  options: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.array(z.string()), z.array(z.number())]))
    .optional()
    .describe("Options of the family, which `millrace models inspect` lists"),
  preprocessing: Preprocessing.optional().describe(
    "How pixels become the input, where it differs from the family's way",
  ),
  classes: z
    .union([z.array(z.string()), z.string()])
    .optional()
    .describe("Class names, or a file with one in each line"),
  width: z.int().positive().optional().describe("Input width, when the file leaves it open"),
  height: z.int().positive().optional().describe("Input height, when the file leaves it open"),
});

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
  frames: z.boolean().default(true).describe("Publish the detections of every frame"),
  events: z
    .boolean()
    .default(true)
    .describe("Publish start, update and end of every tracked object, and a record of each track"),
  tracks: Tracks.prefault({}).describe("When events of tracked objects are published"),
  outputs: z.enum(["changed", "every_frame", "none"]).default("changed").describe("When to publish the other outputs"),
});

const Pipeline = z.strictObject({
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
    .describe("Output shown on the live page; by default the last picture")
    .register(takers, { taker: "definition" }),
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
  timeout_ms: milliseconds
    .default(30_000)
    .describe("A batch that takes longer is dropped and the workflow's thread restarted"),
});

const Inference = z.strictObject({
  providers: z
    .array(z.enum(["tensorrt", "cuda", "cpu"]))
    .min(1)
    .default(["tensorrt", "cuda", "cpu"])
    .describe("Execution providers, tried in this order"),
  sessions: z
    .int()
    .min(1)
    .max(64)
    .optional()
    .describe("Sessions of each model; one per processor on the CPU, one on a GPU by default"),
  max_batch: z
    .int()
    .min(1)
    .max(64)
    .default(8)
    .describe("Most pictures in one run, on a GPU and with a free batch axis"),
  max_wait_ms: z
    .number()
    .min(0)
    .max(1000)
    .default(4)
    .describe("How long a picture waits for others while a session is free"),
});

const Http = z.strictObject({
  host: z
    .string()
    .default("127.0.0.1")
    .describe("Address to listen on; anything but loopback shows pictures to the network"),
  port: z.int().min(0).max(65_535).default(8480).describe("Port of the live page and of /health; 0 picks a free one"),
  allowed_hosts: z
    .array(z.string().toLowerCase())
    .default([])
    .describe(
      "Names under which browsers may ask, and of sites whose pages may show pictures from here, beside IP addresses, names without a dot and the name of the machine",
    ),
});

const BlockFiles = z.strictObject({
  directory: z
    .string()
    .min(1)
    .optional()
    .describe("The only folder that blocks may write to; WORKFLOW_BLOCKS_WRITE_DIRECTORY by default, else any"),
  max_mb: z
    .number()
    .min(0.1)
    .max(10_000_000)
    .optional()
    .describe("Most that may lie in that folder; no limit by default"),
  max_days: z
    .number()
    .min(0.01)
    .max(3650)
    .optional()
    .describe("Files in it that were not written for longer are deleted; none are by default"),
  when_full: z
    .enum(["refuse", "delete_oldest"])
    .default("refuse")
    .describe("refuse: nothing more is written, and the step says so; delete_oldest makes room"),
  reserve_mb: z.number().min(0).max(1_000_000).default(64).describe("Space that blocks leave free on a disk"),
});

const Log = z.strictObject({
  level: z.enum(["debug", "info", "warn", "error"]).default("info").describe("Least level to write"),
  format: z.enum(["auto", "json", "text"]).default("auto").describe("auto: text on a terminal, JSON lines elsewhere"),
});

export const ConfigSchema = z.strictObject({
  device: id
    .optional()
    .describe("Name of this box, a level of every topic; the host's name by default")
    .register(takers, { taker: "daemon" }),
  mqtt: Mqtt.optional()
    .describe("Broker; without it nothing is published")
    .register(takers, { taker: "broker", presence: "daemon" }),
  cameras: z.record(id, Camera).describe("Cameras and files by id").register(takers, { taker: "camera" }),
  models: z
    .record(z.string().min(1), Model)
    .default({})
    .describe("Local files for the model ids of workflows")
    .register(takers, { taker: "prepared" }),
  pipelines: z
    .record(id, Pipeline)
    .describe("Workflows and the cameras they run on, by id")
    .register(takers, { taker: "pipeline" }),
  inference: Inference.prefault({}).describe("How models run").register(takers, { taker: "daemon" }),
  http: Http.nullable()
    .prefault({})
    .describe("Live page and health; null switches both off")
    .register(takers, { taker: "page" }),
  log: Log.prefault({}).describe("Log on standard error").register(takers, { taker: "log" }),
  ffmpeg: z
    .string()
    .optional()
    .describe("Path of ffmpeg; by default the system's, then the embedded one")
    .register(takers, { taker: "daemon" }),
  frame_memory_mb: z
    .int()
    .min(16)
    .max(65_536)
    .default(512)
    .describe("Most memory for decoded frames; taken only as it is used")
    .register(takers, { taker: "daemon" }),
  state_dir: z
    .string()
    .optional()
    .describe("Directory for events that wait for the broker (in memory without it) and for the state of code blocks")
    .register(takers, { taker: "daemon" }),
  block_files: BlockFiles.prefault({})
    .describe("Files that blocks write, such as logs and event archives")
    .register(takers, { taker: "daemon" }),
  language_calls_per_minute: z
    .int()
    .min(0)
    .max(100_000)
    .default(60)
    .describe("Most questions of a pipeline to language models in a minute, as each costs money; more fail at once")
    .register(takers, { taker: "daemon" }),
  code_blocks: z
    .enum(["local", "isolated", "off"])
    .default("local")
    .describe(
      "Whether definitions may bring code; local trusts it, isolated shuts each block into a process of its own",
    )
    .register(takers, { taker: "prepared" }),
  isolated_level: z
    .enum(SANDBOX_LEVELS)
    .default("strong")
    .describe(
      "Least protection that isolated code needs: strong sees no files and no network, namespaces no network, process has limits alone",
    )
    .register(takers, { taker: "prepared" }),
  python: z
    .string()
    .min(1)
    .default("python3")
    .describe(
      "Interpreter for blocks written in Python: a path, or a name, of which the first on the path is taken, or the next that has numpy where that one lacks it",
    )
    .register(takers, { taker: "prepared" }),
  reload: z
    .enum(["on_change", "on_signal"])
    .default("on_change")
    .describe("When this file and the definitions are read again: as soon as one of them changes, or only on SIGHUP")
    .register(takers, { taker: "reading" }),
  stats_interval_s: z
    .number()
    .min(1)
    .max(3600)
    .default(10)
    .describe("Seconds between statistics")
    .register(takers, { taker: "statistics" }),
});

/** With the name of the device, also where the file leaves it to the host. */
export type Config = z.output<typeof ConfigSchema> & { device: string };
export type CameraConfig = Config["cameras"][string];
export type PipelineConfig = Config["pipelines"][string];
export type ModelConfig = Config["models"][string];
