import type { Detection, Detections } from "../../kinds/detections.ts";
import type { Image } from "../../kinds/image.ts";
import type { ReadText } from "../../kinds/model-task.ts";
import type { PixelService } from "../../kinds/pixel-service.ts";
import type { Point } from "../../vision/shapes/contours.ts";
import { cutQuad, turnedLeft } from "../../vision/warps/cut-quad.ts";
import type { IdService, ModelService } from "../contract/services.ts";
import { pixelsOf, rasterOf } from "../rasters.ts";

/** A line of text of an image. */
export interface TextLine {
  text: string;
  /** Of the detection; 1 where the whole image was taken for a line. */
  confidence: number;
  /** Of what was read, 0 where nothing was. */
  readConfidence: number;
  /** x min, y min, x max, y max; null where no detector looked. */
  box: [number, number, number, number] | null;
}

/** Ids of the models that find lines and read them; null leaves one out. */
export interface TextModels {
  detection: string | null;
  recognition: string | null;
}

interface Services {
  models: ModelService;
  pixels: PixelService;
}

/** Finds the lines of an image and reads them, in the order in which they are read; `rows` has the lines of one height together. */
export async function readText(
  image: Image,
  { detection, recognition }: TextModels,
  services: Services,
): Promise<TextLine[][]> {
  if (detection === null) {
    const [read = UNREAD] = recognition === null ? [] : await textsOf([image], recognition, services);
    return [[{ text: read.text, readConfidence: read.confidence, confidence: 1, box: null }]];
  }
  const [found] = await services.models.run("text_detection", detection, [image], {});
  const { corners, scores } = found?.reply ?? { corners: new Float32Array(), scores: new Float32Array() };
  const quads = Array.from(scores, (_, i) => quadOf(corners.subarray(i * 8, i * 8 + 8)));
  const crops = recognition === null ? [] : quads.map((quad) => cropOf(image, quad, services.pixels));
  const texts = recognition === null ? [] : await textsOf(crops, recognition, services);
  const lines = quads.map((quad, i) => {
    const { text, confidence: readConfidence } = texts[i] ?? UNREAD;
    return { text, readConfidence, confidence: scores[i] ?? 0, box: boundOf(quad) };
  });
  return inReadingOrder(lines);
}

type Quad = [Point, Point, Point, Point];

function quadOf(corners: Float32Array): Quad {
  return [0, 2, 4, 6].map((at): Point => [corners[at] ?? 0, corners[at + 1] ?? 0]) as Quad;
}

function boundOf(quad: Quad): [number, number, number, number] {
  const [xs, ys] = [quad.map(([x]) => x), quad.map(([, y]) => y)];
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}

const UNREAD: ReadText = { text: "", confidence: 0 };

async function textsOf(crops: readonly Image[], model: string, { models }: Services): Promise<ReadText[]> {
  if (crops.length === 0) return [];
  const answers = await models.run("ocr", model, crops, {});
  return answers.map(({ reply }) => reply);
}

/** Text that stands upright in the picture is turned to lie; taller than this share of its width it does. */
const UPRIGHT = 1.5;

function cropOf(image: Image, quad: Quad, pixels: PixelService): Image {
  const cut = cutQuad(rasterOf(image, pixels), quad);
  const line = cut.height / cut.width >= UPRIGHT ? turnedLeft(cut) : cut;
  const { width, height } = line;
  return { ...image, width, height, pixels: pixelsOf(line) };
}

type FoundLine = TextLine & { box: [number, number, number, number] };

/** Rows from the top; a line belongs to the row above while it begins before half of that row's last line has ended. */
function inReadingOrder(lines: readonly FoundLine[]): FoundLine[][] {
  const rows: FoundLine[][] = [];
  for (const line of [...lines].sort((a, b) => a.box[1] - b.box[1])) {
    const row = rows.at(-1);
    const first = row?.[0];
    const isNew = first === undefined || line.box[1] >= first.box[3] - 0.5 * (first.box[3] - first.box[1]);
    if (isNew || row === undefined) rows.push([line]);
    else row.push(line);
  }
  return rows.map((row) => row.sort((a, b) => a.box[0] - b.box[0]));
}

/** What blocks that read text give of an image: the text, and a detection for each line with its text as class. */
export function textOutputs(rows: readonly (readonly TextLine[])[], image: Image, ids: IdService) {
  const said = rows.map((row) => row.map(({ text }) => text).filter((text) => text !== ""));
  const result = said
    .filter((texts) => texts.length > 0)
    .map((texts) => texts.join(" "))
    .join("\n");
  const items = rows.flat().flatMap((line): Detection[] => {
    return line.box === null
      ? []
      : [textDetection(line.box, { class: line.text, confidence: line.confidence, detectionId: ids.uuid() })];
  });
  return { result, predictions: asDetections(items, image), ...parents(image) };
}

interface TextRegion {
  class: string;
  classId?: number;
  confidence: number;
  detectionId: string;
}

export function textDetection(
  box: Detection["box"],
  { class: name, classId = 0, confidence, detectionId }: TextRegion,
): Detection {
  return { box, confidence, class: name, classId, detectionId, data: { prediction_type: "ocr" } };
}

export function asDetections(items: Detection[], { width, height, parentId, parent, root }: Image): Detections {
  return { kind: "detections", items, width, height, parentId, parent, root };
}

export function parents(image: Image) {
  return { parent_id: image.parentId, root_parent_id: image.root.id, prediction_type: "ocr" };
}
