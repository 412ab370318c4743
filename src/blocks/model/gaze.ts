import { z } from "zod";
import type { Detection, Detections, KeyPoint } from "../../kinds/detections.ts";
import type { Image, Region } from "../../kinds/image.ts";
import type { DetectParameters } from "../../kinds/model-task.ts";
import { type Context, defineBlock } from "../contract/block.ts";
import { orRef } from "../contract/fields.ts";
import type { ModelService } from "../contract/services.ts";
import { cropOf } from "../transformation/crops/crop-image.ts";
import { foundDetections } from "./found-detections.ts";
import { images } from "./model-fields.ts";

const MODELS = { faces: "gaze/face-detection", gaze: "gaze/L2CS" };

export const gazeV1 = defineBlock({
  type: "roboflow_core/gaze@v1",
  category: "model",
  summary: `Finds faces with the model ${MODELS.faces}, and with ${MODELS.gaze} where each of them looks.`,
  inputs: () =>
    z.object({
      images: images(),
      do_run_face_detection: orRef(z.boolean(), "boolean")
        .default(true)
        .describe("Whether to look for faces; otherwise the whole image is one."),
    }),
  synonyms: { images: ["image"] },
  outputs: {
    face_predictions: "keypoint_detection_prediction",
    yaw_degrees: ["float", "list_of_values"],
    pitch_degrees: ["float", "list_of_values"],
  },
  batches: ["images"],
  needs: ["models", "pixels", "ids"],
  asks: ({ do_run_face_detection: isDetecting = true }) => [
    ...(isDetecting ? [{ task: "detect" as const, id: MODELS.faces }] : []),
    { task: "gaze" as const, id: MODELS.gaze },
  ],
  example: { images: "$inputs.image" },
  runMany: (elements, contexts) => Promise.all(elements.map((inputs, i) => lookAt(inputs, contexts[i] as Context))),
});

interface Inputs {
  images: Image;
  do_run_face_detection: boolean;
}

/** Angles are lists in the order of the faces, as in the reference. */
async function lookAt({ images: image, do_run_face_detection: isDetecting }: Inputs, { services }: Context) {
  const faces = isDetecting ? await facesIn(image, services) : wholeImage(image, services);
  const crops = faces.items.map(({ box, detectionId: id }) =>
    cropOf(image, { region: regionOf(box), id }, services.pixels),
  );
  const answers = crops.length === 0 ? [] : await services.models.run("gaze", MODELS.gaze, crops, {});
  const degrees = (angle: "yaw" | "pitch") => answers.map(({ reply }) => (reply[angle] * 180) / Math.PI);
  return { face_predictions: faces, yaw_degrees: degrees("yaw"), pitch_degrees: degrees("pitch") };
}

const FACES: DetectParameters = {
  confidence: null,
  iouThreshold: 0.3,
  maxDetections: 300,
  maxCandidates: 3000,
  classAgnostic: true,
  classFilter: null,
};

/** Faces with their points where the model finds some, each as sure as its face. */
async function facesIn(image: Image, { models, ids }: Context["services"]): Promise<Detections> {
  const points = await pointsIn(image, models);
  const found = foundDetections({ ...points, classes: [] }, image, { ids });
  const items = found.items.flatMap((item, row): Detection[] => {
    const { width, height } = regionOf(item.box);
    if (width < 1 || height < 1) return [];
    return [face({ ...item, keypoints: points.of(row).map((point, i) => keyPoint(point, i, item.confidence)) })];
  });
  return { ...found, items };
}

interface FoundFaces {
  reply: { rows: Float32Array };
  /** Points of the face of a row. */
  of: (row: number) => { x: number; y: number }[];
}

async function pointsIn(image: Image, models: ModelService): Promise<FoundFaces> {
  if (models.serves?.("keypoints", MODELS.faces) === false) {
    const [answer] = await models.run("detect", MODELS.faces, [image], FACES);
    return { reply: answer?.reply ?? { rows: new Float32Array() }, of: () => [] };
  }
  const [answer] = await models.run("keypoints", MODELS.faces, [image], FACES);
  const { rows, points } = answer?.reply ?? { rows: new Float32Array(), points: new Float32Array() };
  const length = (points.length * 6) / Math.max(6, rows.length);
  const of = (row: number) => {
    const own = points.subarray(row * length, (row + 1) * length);
    return Array.from({ length: length / 3 }, (_, i) => ({ x: own[i * 3] ?? 0, y: own[i * 3 + 1] ?? 0 }));
  };
  return { reply: { rows }, of };
}

function keyPoint({ x, y }: { x: number; y: number }, i: number, confidence: number): KeyPoint {
  return { x, y, class: String(i), classId: i, confidence };
}

function face(item: Detection): Detection {
  return { ...item, class: "face", classId: 0, data: { prediction_type: "facial-landmark" } };
}

function wholeImage(image: Image, { ids }: Context["services"]): Detections {
  const { width, height } = image;
  const reply = { rows: Float32Array.of(0, 0, width, height, 1, 0) };
  const found = foundDetections({ reply, classes: [] }, image, { ids });
  return { ...found, items: found.items.map((item) => face({ ...item, keypoints: [] })) };
}

/** The whole pixels of a box; boxes lie within their image. */
function regionOf([x1, y1, x2, y2]: Detection["box"]): Region {
  const [x, y] = [Math.floor(x1), Math.floor(y1)];
  return { x, y, width: Math.floor(x2) - x, height: Math.floor(y2) - y };
}
