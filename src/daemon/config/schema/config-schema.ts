import { z } from "zod";
import { CODE_LIMITS } from "../../../blocks/contract/code.ts";
import { SANDBOX_LEVELS } from "../../../dynamic/sandbox/sandbox-launch.ts";
import { Archive } from "./archive-schema.ts";
import { Camera } from "./camera-schema.ts";
import { id } from "./fields.ts";
import { Host } from "./host-schema.ts";
import { Http } from "./http-schema.ts";
import { Inference, Model } from "./model-schema.ts";
import { Mqtt } from "./mqtt-schema.ts";
import { Pipeline } from "./pipeline-schema.ts";
import { takers } from "./taker.ts";
import { Zone } from "./zone-schema.ts";

// The one description of the config file: types, defaults, the JSON schema and docs/reference/config.md come from it, and
// what takes another value while the daemon runs.

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
    .describe("Files, folders and downloads for the model ids of workflows")
    .register(takers, { taker: "prepared" }),
  pipelines: z
    .record(id, Pipeline)
    .describe("Workflows and the cameras they run on, by id")
    .register(takers, { taker: "pipeline" }),
  zones: z
    .record(id, Zone)
    .default({})
    .describe("Polygons and lines by id, which `parameters` of pipelines name as `{ zone: id }` or `{ zones: [id] }`")
    .register(takers, { taker: "prepared" }),
  plugins: z
    .array(z.string().min(1))
    .default([])
    .describe(
      "Packages with further blocks, kinds and model families: names of npm packages that are installed beside this file, or paths; beside those of WORKFLOWS_PLUGINS",
    )
    .register(takers, { taker: "daemon" }),
  inference: Inference.prefault({}).describe("How models run").register(takers, { taker: "daemon" }),
  http: Http.nullable()
    .prefault({})
    .describe("Live page, health and metrics; null switches them off")
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
    .describe(
      "Directory for events that wait for the broker (in memory without it), the state of code blocks, and downloaded models",
    )
    .register(takers, { taker: "daemon" }),
  host: Host.prefault({})
    .describe("How the machine is watched: memory, disks, temperature")
    .register(takers, { taker: "host" }),
  archive: Archive.prefault({})
    .describe("Events that are kept on disk, with their pictures")
    .register(takers, { taker: "daemon" }),
  block_files: BlockFiles.prefault({})
    .describe("Files that blocks write, such as logs and event archives")
    .register(takers, { taker: "daemon" }),
  language_calls_per_minute: z
    .int()
    .min(0)
    .max(100_000)
    .default(60)
    .describe(
      "Most questions of a pipeline to language models and other paid services in a minute, as each costs money; more fail at once",
    )
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
  code_call_timeout_ms: z
    .int()
    .min(10)
    .max(10_000)
    .default(CODE_LIMITS.callMs)
    .describe(
      "Most time for one call of code in a process of its own (isolated, or Python); its process ends after that",
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
type Parsed = z.output<typeof ConfigSchema>;
/** As it is written; one with `stream_of` has defaults where the other camera says what is so. */
export type CameraEntry = Parsed["cameras"][string];
/** What says how its stream is opened is that of the camera that `stream_of` names. */
export type CameraConfig = CameraEntry & { url: string };
export type Config = Omit<Parsed, "cameras"> & { device: string; cameras: Record<string, CameraConfig> };
export type PipelineConfig = Config["pipelines"][string];
export type ModelConfig = Config["models"][string];
