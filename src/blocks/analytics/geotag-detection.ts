import { z } from "zod";
import { lazy } from "../../base/lazy.ts";
import type { Detection } from "../../kinds/detections.ts";
import { roundHalfEven } from "../../query/round-half-even.ts";
import { defineBlock } from "../contract/block.ts";
import { orRef, ref } from "../contract/fields.ts";
import { type Pose, placeOnGlobe } from "./place-on-globe.ts";

const number = lazy(() => orRef(z.number(), "float"));

export const geotagDetectionV1 = defineBlock({
  type: "roboflow_core/geotag_detection@v1",
  category: "analytics",
  summary: "Tells where detected objects are on the globe, from the pose of a camera that looks straight down.",
  inputs: () =>
    z.object({
      image: ref("image").describe("Picture that the detections were made on."),
      predictions: ref("object_detection_prediction", "instance_segmentation_prediction").describe(
        "Objects on the ground.",
      ),
      latitude: number().describe("Of the camera, in degrees to the north."),
      longitude: number().describe("Of the camera, in degrees to the east."),
      altitude: number().describe("Meters above the ground."),
      horizontal_fov: number().default(73.7).describe("Angle that the picture's width covers, in degrees."),
      heading: number()
        .default(0)
        .describe("Where the upper side of the picture points, in degrees from north to east."),
    }),
  outputs: { geo_detections: "list_of_values", geojson: "dictionary" },
  example: {
    image: "$inputs.image",
    predictions: "$steps.detect.predictions",
    latitude: 52.52,
    longitude: 13.405,
    altitude: 60,
  },
  run: ({ image, predictions, latitude, longitude, altitude, horizontal_fov, heading }) => {
    const pose = { latitude, longitude, altitude, fieldOfView: horizontal_fov, heading };
    const records = predictions.items.map((item) => recordOf(item, image, pose));
    return { geo_detections: records, geojson: { type: "FeatureCollection", features: records.map(featureOf) } };
  },
});

function recordOf(item: Detection, size: { width: number; height: number }, pose: Pose) {
  const [x1, y1, x2, y2] = item.box;
  const [x, y] = [(x1 + x2) / 2, (y1 + y2) / 2];
  const { latitude, longitude } = placeOnGlobe([x, y], size, pose);
  return {
    class: item.class,
    confidence: roundHalfEven(item.confidence, 4),
    lat: roundHalfEven(latitude, 7),
    lon: roundHalfEven(longitude, 7),
    pixel_x: roundHalfEven(x, 1),
    pixel_y: roundHalfEven(y, 1),
    width: roundHalfEven(x2 - x1, 1),
    height: roundHalfEven(y2 - y1, 1),
  };
}

function featureOf({ class: name, confidence, lat, lon }: ReturnType<typeof recordOf>) {
  const geometry = { type: "Point", coordinates: [lon, lat] };
  return { type: "Feature", geometry, properties: { class: name, confidence } };
}
