import { z } from "zod";
import type { Detection, Detections } from "../../kinds/detections.ts";
import type { Image } from "../../kinds/image.ts";
import { BackgroundModel } from "../../vision/measures/background-model.ts";
import type { Point } from "../../vision/shapes/contours.ts";
import { defineBlock } from "../contract/block.ts";
import { orRef } from "../contract/fields.ts";
import type { Services } from "../contract/services.ts";
import { rasterOf } from "../rasters.ts";
import { neededHistory } from "./background-subtraction.ts";
import { pictureField } from "./filter-fields.ts";
import { movingAreas, zoneOf } from "./moving-areas.ts";

const positive = (value: number, text: string) => {
  return orRef(z.int().positive(), "integer").default(value).describe(text);
};

export const motionDetectionV1 = defineBlock({
  type: "roboflow_core/motion_detection@v1",
  category: "vision",
  summary: "Finds what moves before the background of its camera.",
  inputs: () =>
    z.object({
      image: pictureField(),
      minimum_contour_area: positive(200, "What goes round no more square pixels than this does not count."),
      morphological_kernel_size: positive(3, "What is narrower than so many pixels is noise."),
      threshold: positive(16, "How far a pixel must be from the background, as a squared multiple of its noise."),
      history: positive(30, "Frames after which what stays has become background."),
      detection_zone: orRef(z.union([z.array(z.unknown()), z.string()]), "zone", "list_of_values")
        .nullable()
        .default(null)
        .describe("Polygon in pixels, [[x, y], …] or the same as text, outside of which nothing counts."),
      suppress_first_detections: orRef(z.boolean(), "boolean")
        .default(true)
        .describe("Whether the first frames, as many as history says, never show motion."),
    }),
  synonyms: { image: ["images"] },
  outputs: {
    motion: "boolean",
    alarm: "boolean",
    detections: "object_detection_prediction",
    motion_zones: "list_of_values",
  },
  needs: ["pixels", "ids"],
  example: { image: "$inputs.image", minimum_contour_area: 500, history: 100 },
  state: () => ({ background: new BackgroundModel(), frames: 0, moved: false }),
  run: ({ image, threshold, suppress_first_detections: suppress, ...properties }, { state, services, step }) => {
    const history = neededHistory(properties.history, step);
    const zone = zoneOf(properties.detection_zone, step);
    const mask = state.background.update(rasterOf(image, services.pixels), { threshold, history });
    state.frames++;
    const isEarly = suppress && state.frames <= history;
    const { minimum_contour_area: area, morphological_kernel_size: size } = properties;
    const areas = isEarly ? [] : movingAreas(mask, { area, size, zone });
    const alarm = areas.length > 0 && !state.moved;
    state.moved = areas.length > 0;
    return { motion: state.moved, alarm, detections: detectionsOf(image, areas, services.ids), motion_zones: areas };
  },
});

function detectionsOf(image: Image, areas: readonly Point[][], ids: Services["ids"]): Detections {
  const { width, height, parentId, parent, root } = image;
  const items = areas.map((points): Detection => {
    const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
    const box: Detection["box"] = [Math.min(...xs), Math.min(...ys), Math.max(...xs) + 1, Math.max(...ys) + 1];
    return { box, confidence: 1, class: "motion", classId: 0, detectionId: ids.uuid() };
  });
  return { kind: "detections", items, width, height, parentId, parent, root };
}
