import { createHash } from "node:crypto";
import { MillraceError } from "../../../base/errors.ts";
import type { AnswerJson } from "./answer-json.ts";

export interface FlorenceBox {
  box: [number, number, number, number];
  class: string;
  classId: number;
}

interface Reading {
  boxes: "bboxes" | "quad_boxes";
  /** Field with a label for each box; null where they have none. */
  labels: "labels" | "bboxes_labels" | null;
  idOf: (label: string, classes: readonly string[]) => number;
}

/** How the answer to each task of Florence-2 is read. */
const READINGS: Readonly<Record<string, Reading>> = {
  "object-detection": { boxes: "bboxes", labels: "labels", idOf: hashedId },
  "phrase-grounded-object-detection": { boxes: "bboxes", labels: "labels", idOf: hashedId },
  "object-detection-and-caption": { boxes: "bboxes", labels: "labels", idOf: () => 0 },
  "ocr-with-text-detection": { boxes: "quad_boxes", labels: "labels", idOf: () => 0 },
  "region-proposal": { boxes: "bboxes", labels: null, idOf: () => 0 },
  "open-vocabulary-object-detection": {
    boxes: "bboxes",
    labels: "bboxes_labels",
    idOf: (label, classes) => classes.lastIndexOf(label),
  },
};

/** The boxes in an answer of Florence-2, in pixels. Throws for an answer in another form. */
export function florenceBoxes(json: AnswerJson, task: string, classes: readonly string[]): FlorenceBox[] {
  const reading = READINGS[task];
  if (reading === undefined || Array.isArray(json)) throw malformed(`an answer to ${task}`);
  const fields = json as Readonly<Record<string, unknown>>;
  const boxes = listOf(fields, reading.boxes).map(reading.boxes === "bboxes" ? cornersOf : around);
  const labels = reading.labels === null ? boxes.map(() => "roi") : listOf(fields, reading.labels).map(String);
  if (labels.length !== boxes.length) throw malformed("a label for each box");
  return boxes.map((box, i) => {
    const name = labels[i] ?? "";
    return { box, class: name, classId: reading.idOf(name, classes) };
  });
}

/** The same id for a label in all answers: four digits of its hash. */
function hashedId(label: string): number {
  return Number.parseInt(createHash("md5").update(label).digest("hex").slice(0, 9), 16) % 10_000;
}

function listOf(fields: Readonly<Record<string, unknown>>, name: string): unknown[] {
  const list = fields[name];
  if (!Array.isArray(list)) throw malformed(`a list "${name}"`);
  return list;
}

function cornersOf(value: unknown): FlorenceBox["box"] {
  if (!isNumbers(value, 4)) throw malformed("boxes of four numbers");
  return value as FlorenceBox["box"];
}

/** The box around four corners. */
function around(value: unknown): FlorenceBox["box"] {
  if (!isNumbers(value, 8)) throw malformed("boxes of eight numbers");
  const [xs, ys] = [value.filter((_, i) => i % 2 === 0), value.filter((_, i) => i % 2 === 1)];
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}

function isNumbers(value: unknown, count: number): value is number[] {
  return Array.isArray(value) && value.length === count && value.every(Number.isFinite);
}

function malformed(wanted: string): MillraceError {
  return new MillraceError("STEP_INPUT", `expected ${wanted}`);
}
