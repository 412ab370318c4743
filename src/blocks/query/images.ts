import { z } from "zod";
import { type Image, isImage } from "../../kinds/image.ts";
import { secondsSinceStart, type VideoMetadata, videoOrDefault } from "../../kinds/video-metadata.ts";
import { defineOperation, type Operation } from "./operation.ts";
import { queryError, type Site, wrongType } from "./query-error.ts";

const IMAGE_PROPERTIES = {
  size: (image: Image) => image.width * image.height,
  height: (image: Image) => image.height,
  width: (image: Image) => image.width,
  aspect_ratio: (image: Image) => image.width / image.height,
};

const FRAME_PROPERTIES = {
  frame_number: (video: VideoMetadata) => video.frameNumber,
  frame_timestamp: (video: VideoMetadata) => new Date(video.frameTimestamp),
  seconds_since_start: (video: VideoMetadata, site: Site) => {
    const seconds = secondsSinceStart(video);
    if (seconds === null) throw queryError("OperationError", "the frame rate of the video is unknown", site);
    return seconds;
  },
};

/** Operations on images. */
export const IMAGE_OPERATIONS: readonly Operation[] = [
  defineOperation({
    type: "ExtractImageProperty",
    summary: "A measure of the image.",
    properties: {
      property_name: z
        .enum(Object.keys(IMAGE_PROPERTIES) as (keyof typeof IMAGE_PROPERTIES)[])
        .describe("size is width times height in pixels, aspect_ratio width by height."),
    },
    compile: ({ property_name }, site) => {
      const extract = IMAGE_PROPERTIES[property_name];
      return (value) => extract(imageOf(value, site));
    },
  }),
  defineOperation({
    type: "ExtractFrameMetadata",
    summary: "What is known about the frame of the video that the image is.",
    properties: {
      property_name: z
        .enum(Object.keys(FRAME_PROPERTIES) as (keyof typeof FRAME_PROPERTIES)[])
        .describe(
          "seconds_since_start goes by the clock of a camera or file, in values from JSON by frames at the frame rate.",
        ),
    },
    compile: ({ property_name }, site) => {
      const extract = FRAME_PROPERTIES[property_name];
      return (value) => {
        return extract(videoOrDefault(imageOf(value, site)), site);
      };
    },
  }),
];

/** Operations that exist in the language but need an encoder, which a query has not: they are refused by name. */
export const ENCODING_OPERATIONS: readonly Operation[] = [
  defineOperation({
    type: "ConvertImageToJPEG",
    summary: "The image as JPEG bytes. Not available here.",
    properties: {
      compression_level: z.int().min(1).max(100).default(95).describe("Quality of the JPEG."),
    },
    compile: () => (value) => value,
  }),
  defineOperation({
    type: "ConvertImageToBase64",
    summary: "The image as JPEG in base64 text. Not available here.",
    compile: () => (value) => value,
  }),
];

function imageOf(value: unknown, site: Site): Image {
  if (!isImage(value)) throw wrongType(site, "an image", value);
  return value;
}
