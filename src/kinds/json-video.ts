import { z } from "zod";
import { lazy } from "../base/lazy.ts";
import { expected, NUMBER, TEXT, WHOLE } from "./json-fields.ts";
import type { VideoMetadata } from "./video-metadata.ts";

const ISO = /^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$/;
const TIME = "a time such as 2026-01-31T12:00:00Z";

/** A time in ISO 8601 as UTC milliseconds; one without zone is local, as in the reference. */
export const ISO_TIME = lazy(() =>
  z
    .string(expected(TIME))
    .regex(ISO, expected(TIME))
    .transform((text) => Date.parse(text))
    .refine((ms) => !Number.isNaN(ms), expected(TIME)),
);

/** Video metadata as JSON. */
export const JSON_VIDEO = lazy(() =>
  z
    .looseObject(
      {
        video_identifier: TEXT(),
        frame_number: WHOLE(),
        frame_timestamp: ISO_TIME(),
        fps: NUMBER().nullable().default(null),
        measured_fps: NUMBER().nullable().default(null),
        comes_from_video_file: z.boolean(expected("true or false")).nullable().default(null),
      },
      expected("an object with video_identifier, frame_number and frame_timestamp"),
    )
    .transform(
      (json): VideoMetadata => ({
        videoIdentifier: json.video_identifier,
        frameNumber: json.frame_number,
        frameTimestamp: json.frame_timestamp,
        fps: json.fps,
        measuredFps: json.measured_fps,
        comesFromVideoFile: json.comes_from_video_file,
      }),
    ),
);
