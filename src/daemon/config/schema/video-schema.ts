import { z } from "zod";
import { ENCODER_NAMES } from "../../../stream/push/video-encoder.ts";
import { id, passwordFile } from "./fields.ts";

/** An output of a pipeline whose pictures are published as video. */
export const VideoOutput = z.strictObject({
  output: z.string().min(1).optional().describe("Output with pictures; the one that the live page shows by default"),
  cameras: z.array(id).min(1).optional().describe("Cameras of the pipeline that are published; all by default"),
  mjpeg: z
    .boolean()
    .default(false)
    .describe("Serve it at /video/CAMERA/OUTPUT.mjpeg; pictures are made only while there are viewers"),
  rtsp: z
    .string()
    .min(1)
    .optional()
    .describe("Push it to this address of an RTSP server (ANNOUNCE, RECORD); {camera} becomes the id of the camera"),
  username: z.string().optional().describe("User name at that server, instead of one in the address"),
  password: z.string().optional().describe("Password at that server; better a reference to an environment variable"),
  password_file: passwordFile,
  verify: z.boolean().default(true).describe("Whether the certificate of an rtsps:// server must be valid"),
  ca_file: z
    .string()
    .min(1)
    .optional()
    .describe("PEM file with the authority of that certificate, or with the certificate itself"),
  hls: z
    .string()
    .min(1)
    .optional()
    .describe(
      "Write a playlist and its segments below this folder, which is best one in memory; served at /hls/CAMERA/OUTPUT/index.m3u8",
    ),
  max_fps: z.number().min(0.1).max(60).default(12).describe("Frames a second of the video"),
  width: z.int().min(16).max(7680).optional().describe("Width of the video; that of the pictures by default"),
  quality: z.int().min(1).max(100).default(80).describe("Quality of MJPEG"),
  bitrate_kbps: z.int().min(50).max(100_000).default(2000).describe("Bits a second of RTSP and HLS, in thousands"),
  encoder: z
    .enum(ENCODER_NAMES)
    .default("auto")
    .describe(
      "Encoder of H.264 for RTSP and HLS: auto takes one of the machine's chips that works, else one in software",
    ),
});
