import { z } from "zod";
import { lazy } from "../base/lazy.ts";
import { type Detection, type Detections, isDetections } from "../kinds/detections.ts";
import { CONTAINER, defineOperation, type Operation } from "./operation.ts";
import { queryError, type Site, wrongType } from "./query-error.ts";
import { roundHalfEven } from "./round-half-even.ts";

type Extract = (detection: Detection) => unknown;

const ANCHORS: Readonly<Record<string, (detection: Detection) => [number, number]>> = {
  center: ({ box }) => [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2],
  top_left: ({ box }) => [box[0], box[1]],
  top_right: ({ box }) => [box[2], box[1]],
  bottom_left: ({ box }) => [box[0], box[3]],
  bottom_right: ({ box }) => [box[2], box[3]],
};

/** Properties that every detection has. */
const MEASURES: Readonly<Record<string, Extract>> = {
  confidence: (detection) => detection.confidence,
  class_name: (detection) => detection.class,
  class_id: (detection) => detection.classId,
  x_min: ({ box }) => box[0],
  x_max: ({ box }) => box[2],
  y_min: ({ box }) => box[1],
  y_max: ({ box }) => box[3],
  size: ({ box }) => (box[2] - box[0]) * (box[3] - box[1]),
};

/** Properties that some steps add: undefined where they did not. */
const ADDED: Readonly<Record<string, Extract>> = {
  tracker_id: (detection) => detection.trackerId,
  // A rotated rectangle has a width and height of its own.
  width: ({ box, data }) => data?.["width"] ?? box[2] - box[0],
  height: ({ box, data }) => data?.["height"] ?? box[3] - box[1],
  keypoints_xy: (detection) => detection.keypoints?.map(({ x, y }) => [x, y]),
  time_in_zone: (detection) => detection.timeInZone ?? detection.data?.["time_in_zone"],
};
const ADDED_AS_DATA = [
  ..."in_out path_deviation polygon velocity speed smoothed_velocity smoothed_speed prediction_type".split(" "),
  ..."rect angle area_px area_converted".split(" "),
];

const NAMES = [
  ...Object.keys(MEASURES),
  ...Object.keys(ANCHORS),
  ...Object.keys(ADDED),
  ...ADDED_AS_DATA,
  "image_dimensions",
];
const propertyName = lazy(() => z.enum(NAMES).describe("Which property; sizes and coordinates are in pixels."));

/** Operations that read properties of detections. */
export const PROPERTY_OPERATIONS: readonly Operation[] = [
  defineOperation({
    type: "DetectionsPropertyExtract",
    summary: "A property of all detections as a list; points are rounded to whole pixels.",
    properties: () => ({ property_name: propertyName() }),
    compile: ({ property_name }, site) => {
      const extract = listExtractor(property_name, site);
      return (value) => {
        if (!isDetections(value)) throw wrongType(site, "detections", value);
        return value.items.map((item) => extract(item, value));
      };
    },
  }),
  defineOperation({
    type: "ExtractDetectionProperty",
    summary: "A property of one detection, null where it is missing.",
    properties: () => ({ property_name: propertyName() }),
    compile: ({ property_name }, site) => {
      const extract = extractor(property_name);
      return (value, operands) => {
        if (!isDetection(value)) throw wrongType(site, "one detection", value);
        return extract(value, operands[CONTAINER]) ?? null;
      };
    },
  }),
];

function isDetection(value: unknown): value is Detection {
  return typeof value === "object" && value !== null && "box" in value && "detectionId" in value;
}

type ExtractWithin = (detection: Detection, container: Detections | undefined) => unknown;

function extractor(name: string): ExtractWithin {
  const known = MEASURES[name] ?? ANCHORS[name] ?? ADDED[name];
  if (known !== undefined) return known;
  if (name === "image_dimensions") return (_, container) => container && [container.height, container.width];
  return (detection) => detection.data?.[name];
}

function listExtractor(name: string, site: Site): ExtractWithin {
  const anchor = ANCHORS[name];
  if (anchor !== undefined) return (detection) => anchor(detection).map((pixels) => roundHalfEven(pixels, 0));
  const extract = extractor(name);
  return (detection, container) => {
    const found = extract(detection, container);
    if (found !== undefined) return found;
    throw queryError("OperationError", `detection ${detection.detectionId} carries no ${name}`, site);
  };
}
