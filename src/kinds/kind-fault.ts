import { type Detection, isDetections } from "./detections.ts";
import { isImage } from "./image.ts";
import { DETECTION_KINDS } from "./kinds.ts";
import { isVideoMetadata } from "./video-metadata.ts";

/** Why a value is of none of the kinds: ends the sentence "it is ..."; null for one that is, and for a missing value. */
export function kindFault(value: unknown, kinds: readonly string[]): string | null {
  if (value === null || value === undefined) return null;
  const forms = new Set<Form>();
  for (const kind of kinds) {
    const form = FORMS.get(kind);
    if (form === undefined || form.takes(value)) return null;
    forms.add(form);
  }
  if (forms.size === 0) return null;
  const broken = forms.has(DETECTIONS) && isDetections(value) ? brokenPart(value.items) : null;
  const found = broken === null ? nameOf(value) : `detections ${broken}`;
  return `${found}, expected ${[...forms].map(({ name }) => name).join(" or ")} (${kinds.join(", ")})`;
}

/** Kinds whose blocks rely on the form of their values. */
export function hasForm(kind: string): boolean {
  return kind === "image" || kind === "video_metadata" || DETECTION_KINDS.includes(kind);
}

interface Form {
  name: string;
  takes: (value: unknown) => boolean;
}

const isNumber = (value: unknown) => typeof value === "number" || typeof value === "bigint";
const DETECTIONS: Form = {
  name: "detections",
  takes: (value) => isDetections(value) && brokenPart(value.items) === null,
};
const TEXT: Form = { name: "a text", takes: (value) => typeof value === "string" };
const LIST: Form = {
  name: "a list",
  takes: (value) => Array.isArray(value) || ArrayBuffer.isView(value) || value instanceof Set,
};

/** Other kinds have values of many forms. */
const FORMS = new Map<string, Form>([
  ["image", { name: "an image", takes: isImage }],
  ["video_metadata", { name: "the metadata of a video", takes: isVideoMetadata }],
  ...DETECTION_KINDS.map((kind): [string, Form] => [kind, DETECTIONS]),
  ["boolean", { name: "true or false", takes: (value) => typeof value === "boolean" }],
  ["integer", { name: "a whole number", takes: (value) => typeof value === "bigint" || Number.isInteger(value) }],
  ["float", { name: "a number", takes: isNumber }],
  ["float_zero_to_one", { name: "a number", takes: isNumber }],
  ["string", TEXT],
  ["language_model_output", TEXT],
  ["list_of_values", LIST],
  ["dictionary", { name: "a map", takes: isMap }],
]);

function isMap(value: unknown): boolean {
  if (typeof value !== "object" || value === null || LIST.takes(value)) return false;
  return !(value instanceof Date) && !isImage(value) && !isDetections(value);
}

/** What the blocks read of every detection. */
function brokenPart(items: unknown): string | null {
  if (!Array.isArray(items)) return "without a list of items";
  const index = items.findIndex((item) => lackOf(item) !== null);
  return index < 0 ? null : `whose items[${index}] ${lackOf(items[index])}`;
}

function lackOf(item: Partial<Detection> | null | undefined): string | null {
  if (typeof item !== "object" || item === null) return "is no object";
  const { box, confidence, class: name, classId } = item;
  if (!isBox(box)) return "has no box of four numbers";
  if (typeof confidence !== "number") return "has no confidence";
  if (typeof name !== "string") return "has no class";
  return typeof classId === "number" ? null : "has no classId";
}

function isBox(box: unknown): boolean {
  if (!Array.isArray(box) || box.length !== 4) return false;
  for (const edge of box) if (typeof edge !== "number") return false;
  return true;
}

function nameOf(value: unknown): string {
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === "string") return `the text ${JSON.stringify(value.slice(0, 40))}`;
  if (typeof value !== "object" || value === null) return `the ${typeof value} ${String(value)}`;
  if (isImage(value)) return "an image";
  if (isDetections(value)) return "detections";
  return `a map with ${Object.keys(value).slice(0, 8).join(", ") || "nothing"}`;
}
