import { z } from "zod";
import { type Image, isImage } from "../kinds/image.ts";
import { secondsSinceStart, type VideoMetadata, videoOrDefault } from "../kinds/video-metadata.ts";
import { encodeJpeg } from "./jpeg.ts";
import { defineOperation, type Operands, type Operation, PIXELS } from "./operation.ts";
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

const USUAL_QUALITY = 95;

/** Operations on images. */
export const IMAGE_OPERATIONS: readonly Operation[] = [
  defineOperation({
    type: "ExtractImageProperty",
    summary: "A measure of the image.",
    properties: () => ({
      property_name: z
        .enum(Object.keys(IMAGE_PROPERTIES) as (keyof typeof IMAGE_PROPERTIES)[])
        .describe("size is width times height in pixels, aspect_ratio width by height."),
    }),
    compile: ({ property_name }, site) => {
      const extract = IMAGE_PROPERTIES[property_name];
      return (value) => extract(imageOf(value, site));
    },
  }),
  defineOperation({
    type: "ExtractFrameMetadata",
    summary: "What is known about the frame of the video that the image is.",
    properties: () => ({
      property_name: z
        .enum(Object.keys(FRAME_PROPERTIES) as (keyof typeof FRAME_PROPERTIES)[])
        .describe(
          "seconds_since_start goes by the clock of a camera or file, in values from JSON by frames at the frame rate.",
        ),
    }),
    compile: ({ property_name }, site) => {
      const extract = FRAME_PROPERTIES[property_name];
      return (value) => {
        return extract(videoOrDefault(imageOf(value, site)), site);
      };
    },
  }),
  defineOperation({
    type: "ConvertImageToJPEG",
    summary: "The image as JPEG bytes.",
    properties: () => ({
      compression_level: z.int().min(1).max(100).default(USUAL_QUALITY).describe("Quality of the JPEG."),
    }),
    compile: ({ compression_level: quality }, site) => {
      return (value, operands) => jpegOf(value, operands, { quality, site });
    },
  }),
  defineOperation({
    type: "ConvertImageToBase64",
    summary: "The image as JPEG in base64 text.",
    compile: (_, site) => (value, operands) => {
      return Buffer.from(jpegOf(value, operands, { quality: USUAL_QUALITY, site })).toString("base64");
    },
  }),
];

function jpegOf(value: unknown, operands: Operands, { quality, site }: { quality: number; site: Site }): Uint8Array {
  const image = imageOf(value, site);
  const pixels = operands[PIXELS];
  if (pixels === undefined) throw queryError("OperationError", "the pixels of the image are not at hand here", site);
  return encodeJpeg(pixels.view(image), quality);
}

function imageOf(value: unknown, site: Site): Image {
  if (!isImage(value)) throw wrongType(site, "an image", value);
  return value;
}
