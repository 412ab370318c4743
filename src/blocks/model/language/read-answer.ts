import type { Detection, Detections } from "../../../kinds/detections.ts";
import type { Image } from "../../../kinds/image.ts";
import { maskOfPolygon } from "../../../kinds/polygon-mask.ts";
import type { IdService } from "../../contract/services.ts";
import { classificationIn } from "../../data/answers/answer-classification.ts";
import { detectionsOn } from "../../data/answers/answer-detections.ts";
import { type AnswerJson, answerJson } from "../../data/answers/answer-json.ts";
import type { Size } from "../../data/answers/upload-size.ts";
import type { BoxFormat } from "./box-formats.ts";
import type { LanguageTask } from "./language-prompt.ts";

interface About {
  images: Image;
  task_type: LanguageTask;
}

interface Reading {
  classes: readonly string[];
  format: BoxFormat;
  /** Size in which the model saw the image. */
  sent: Size;
  ids: IdService;
  inferenceId: string;
}

interface Read {
  /** Null for tasks without any, and where the answer is not as asked for. */
  predictions: Detections | Record<string, unknown> | null;
  error_status: boolean;
}

/** What an answer says about the image, for the tasks that ask for classes or objects. */
export function readAnswer(answer: string, { images: image, task_type: task }: About, reading: Reading): Read {
  const read = READERS[task];
  if (read === undefined) return { predictions: null, error_status: false };
  try {
    const predictions = read(answer, image, reading);
    return { predictions, error_status: predictions === null };
  } catch {
    // The status says that the answer is not as asked for.
    return { predictions: null, error_status: true };
  }
}

type Reader = (answer: string, image: Image, reading: Reading) => Read["predictions"];

const classification: Reader = (answer, image, { classes, inferenceId }) =>
  classificationIn(answer, image, { classes, inferenceId });

const READERS: Partial<Record<LanguageTask, Reader>> = {
  classification,
  "multi-label-classification": classification,
  "object-detection": (answer, image, reading) => {
    const json = answerJson(answer);
    if (json === undefined) return null;
    const items = reading.format.read(json, image, reading.sent).map((found) => named(found, reading));
    return detectionsOn(image, items, reading.inferenceId);
  },
  "instance-segmentation": (answer, image, reading) => {
    const json = answerJson(answer);
    if (json === undefined) return null;
    const items = shapesIn(json, image).map((found) => named(found, reading));
    return detectionsOn(image, items, reading.inferenceId);
  },
};

type Found = Omit<Detection, "classId" | "detectionId">;

function named(found: Found, { classes, ids }: Reading): Detection {
  return { ...found, classId: classes.lastIndexOf(found.class), detectionId: ids.uuid() };
}

interface Shape {
  class_name: unknown;
  confidence?: unknown;
  polygon: readonly (readonly [number, number])[];
}

/** Objects by their outlines, in fractions of the image. Throws for another form. */
function shapesIn(json: AnswerJson, { width, height }: Size): Found[] {
  const list = Array.isArray(json) ? json : (json as { detections: unknown }).detections;
  return (list as Shape[]).map(({ class_name, confidence, polygon }) => {
    const points = polygon.map(([x, y]) => [within(x) * width, within(y) * height] as const);
    const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
    return {
      box: [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)],
      class: String(class_name),
      confidence: typeof confidence === "number" ? within(confidence) : 1,
      mask: maskOfPolygon(points, { width, height }),
    };
  });
}

function within(value: number): number {
  if (!Number.isFinite(value)) throw new TypeError("a coordinate is no number");
  return Math.min(1, Math.max(0, value));
}
