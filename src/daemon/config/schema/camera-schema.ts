import { z } from "zod";
import { CHIP_DECODERS } from "../../../stream/decoders/hardware-decoders.ts";
import { PRIORITIES } from "../../host/shed-ladder.ts";
import { id, milliseconds, passwordFile } from "./fields.ts";
import { takers } from "./taker.ts";

/** When a model's last result stands. */
export const Reuse = z.strictObject({
  change: z
    .number()
    .min(1)
    .max(255)
    .default(4)
    .describe(
      "Levels of grey (of 256) by which every spot of the picture, a 160th of its width, may differ from the picture that a model saw last for its result to stand; noise all over the picture raises it by itself, up to twice as high, and stronger noise ends reuse",
    ),
  max_age_s: z
    .number()
    .min(0.05)
    .max(3600)
    .default(2)
    .describe("Seconds after which a model looks again, also where nothing has changed"),
});

/** How models look at parts of a picture. */
export const Regions = z.strictObject({
  most: z
    .int()
    .min(1)
    .max(32)
    .default(4)
    .describe("Most parts of a frame that a model looks at, one run each; what is left out takes turns"),
  whole_every_s: z
    .number()
    .min(0)
    .max(60)
    .default(0)
    .describe("Seconds from one look at the whole picture to the next; 0 for every frame"),
  change: z
    .number()
    .min(1)
    .max(255)
    .default(5)
    .describe(
      "Levels of grey (of 256) by which a spot of the picture, a 160th of its width, has to differ from what the camera usually shows; noise raises it by itself",
    ),
});

/** Videos of events, cut out of the camera's own packets. */
export const Clips = z.strictObject({
  before_s: z.number().min(0).max(60).default(5).describe("Seconds before the first frame of the event"),
  after_s: z.number().min(0).max(60).default(5).describe("Seconds after its end"),
  longest_s: z
    .number()
    .min(1)
    .max(600)
    .default(60)
    .describe("Most seconds from the first frame of the event on; a longer event has a clip of its beginning"),
  ring_mb: z
    .number()
    .min(1)
    .max(4096)
    .default(64)
    .describe(
      "Most memory for packets that may be needed; where it is too little for the rate of the camera, clips begin later",
    ),
});

/** What says how a stream is opened and decoded; every other key is a camera's own, also where it takes the frames of another. */
export const STREAM_KEYS = [
  "url",
  "transport",
  "username",
  "password",
  "password_file",
  "verify",
  "ca_file",
  "decode",
  "decoder",
  "loop",
  "pace",
  "input_arguments",
  "decoder_threads",
  "connect_timeout_ms",
  "stall_timeout_ms",
] as const;

/** One camera or file. */
export const Camera = z
  .strictObject({
    enabled: z
      .boolean()
      .default(true)
      .describe("False: the camera is not opened; the switch over MQTT overrides it until it changes here"),
    priority: z
      .enum(PRIORITIES)
      .default("normal")
      .describe("Which cameras go on when memory or time runs out: frames of low ones are given up first")
      .register(takers, { taker: "host" }),
    url: z
      .string()
      .min(1)
      .optional()
      .describe(
        "rtsp://, http:// (MJPEG), /dev/video0 or the path of a video file; needed unless there is `stream_of`",
      ),
    stream_of: id
      .optional()
      .describe(
        "In place of `url`: another camera, whose stream this one takes its frames from, so that it is opened and decoded once; what says how, from `url` to the timeouts, stands there, and what is its own are `enabled`, `priority`, `max_fps`, `reuse`, `regions` and `clips`",
      ),
    transport: z.enum(["tcp", "udp"]).default("tcp").describe("Transport of RTSP"),
    username: z.string().optional().describe("User name at the camera, instead of one in the address"),
    password: z.string().optional().describe("Password at the camera; better a reference to an environment variable"),
    password_file: passwordFile,
    verify: z
      .boolean()
      .default(true)
      .describe("Whether the certificate of an rtsps:// or https:// camera must be valid"),
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
    decode: z
      .enum(["auto", "all", "referenced", "keyframes"])
      .default("auto")
      .describe(
        "Which frames are decoded, of which `max_fps` then chooses: keyframes alone, those that other frames refer to, or all; auto: all, but fewer of an RTSP camera over TCP without `clips` whose packets show that these give `max_fps` as evenly",
      ),
    decoder: z
      .enum(["software", "auto", ...CHIP_DECODERS])
      .default("software")
      .describe(
        "Live cameras: what decodes H.264 and H.265. A chip by the name of its decoder in ffmpeg, auto: the first that has decoded a sample here, or software, as for all other codecs and when a chip fails. The stream is opened in software first to learn its codec",
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
    reuse: z
      .union([z.literal("auto"), z.boolean(), Reuse])
      .default(false)
      .describe(
        "Whether models that read the whole picture answer with their last result while it has not changed; true for the usual limits, auto: of live cameras, not of files",
      ),
    regions: z
      .union([z.boolean(), Regions])
      .default(false)
      .describe(
        "Whether models that find boxes also look, at full resolution, at the parts of the picture that have changed or where they found something lately: for a fixed camera whose picture is much larger than the model's input; true for the usual limits",
      ),
    clips: z
      .union([z.boolean(), Clips])
      .default(false)
      .describe(
        "Whether events are kept in the `archive` with a video of them, from where /events/ID.mp4 serves it: the camera's own packets, H.264 or H.265, not encoded again and without sound; true for the usual lengths",
      ),
    stall_timeout_ms: milliseconds
      .default(10_000)
      .describe("Longest time without a frame before the camera is reopened"),
  })
  .meta({
    anyOf: [
      { required: ["url"], not: { required: ["stream_of"] } },
      { required: ["stream_of"], not: { anyOf: STREAM_KEYS.map((key) => ({ required: [key] })) } },
    ],
  });
