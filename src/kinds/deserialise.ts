import { z } from "zod";
import { messageOf } from "../base/errors.ts";
import { pointer } from "../base/issue.ts";
import { lazy } from "../base/lazy.ts";
import type { KindCodecs } from "./codec.ts";
import { isDetections } from "./detections.ts";
import { isImage } from "./image.ts";
import { JSON_DETECTIONS } from "./json-detections.ts";
import { expected, NUMBER, SIZE, TEXT } from "./json-fields.ts";
import { ISO_TIME, JSON_VIDEO } from "./json-video.ts";
import { DETECTION_KINDS } from "./kinds.ts";
import { isVideoMetadata } from "./video-metadata.ts";

/** The value of the first kind that took the data, or why each of them did not. */
export type Deserialised = { value: unknown } | { reasons: readonly string[] };

/**
 * JSON data to a value of one of the kinds, tried in order; what is a value of a kind already stays as it is. Data of
 * kinds that have no JSON form of their own passes unchanged. Codecs of plugins come before the built-in ones.
 */
export function deserialise(json: unknown, kinds: readonly string[], codecs: KindCodecs = NO_CODECS): Deserialised {
  const reasons: string[] = [];
  for (const kind of kinds) {
    const own = codecs.get(kind)?.deserialise;
    const answer = own === undefined ? builtIn(json, kind) : attempt(() => own(json));
    if (answer === null) continue;
    if ("value" in answer) return answer;
    reasons.push(kinds.length === 1 ? answer.reason : `${kind}: ${answer.reason}`);
  }
  return reasons.length === 0 ? { value: json } : { reasons };
}

const NO_CODECS: KindCodecs = new Map();

type Answer = { value: unknown } | { reason: string };

function attempt(read: () => unknown): Answer {
  try {
    return { value: read() };
  } catch (error) {
    return { reason: messageOf(error) };
  }
}

function builtIn(json: unknown, kind: string): Answer | null {
  const form = FORMS().get(kind);
  if (form === undefined) return null;
  if (form.isValue?.(json)) return { value: json };
  const parsed = form.schema.safeParse(json);
  if (parsed.success) return { value: parsed.data };
  const [issue] = parsed.error.issues;
  const path = issue?.path ?? [];
  return { reason: path.length === 0 ? (issue?.message ?? "") : `${pointer(path)} ${issue?.message ?? ""}` };
}

interface Form {
  schema: z.ZodType;
  /** Recognises a value that needs no parsing. */
  isValue?: (value: unknown) => boolean;
}

const POINT = lazy(() =>
  z
    .array(NUMBER(), expected("a point of two numbers"))
    .min(2, expected("a point of two numbers"))
    // As in the reference, further numbers are cut off.
    .transform((point) => point.slice(0, 2)),
);
const PAIR = lazy(() =>
  z.array(NUMBER(), expected("a point of two numbers")).length(2, expected("a point of two numbers")),
);
const POLYGON = lazy(() => z.array(PAIR(), expected("a list of points")).min(3, expected("at least 3 points")));
const FRACTION = expected("a number from 0 to 1");
const LIST = lazy(() => z.array(z.unknown(), expected("a list")));
const MAP = lazy(() => z.record(z.string(), z.unknown(), expected("an object")));
const COLOR = lazy(() =>
  z
    .array(NUMBER(), expected("a text or three numbers"))
    .min(3, expected("a text or three numbers"))
    .transform((color) => color.slice(0, 3)),
);
const BASE64 = lazy(() =>
  z
    .string(expected("bytes as base64"))
    .regex(/^[A-Za-z0-9+/]*={0,2}$/, expected("bytes as base64"))
    .transform((text) => new Uint8Array(Buffer.from(text, "base64"))),
);
const LABELED_POINT = lazy(() =>
  z.looseObject(
    { x: NUMBER(), y: NUMBER(), positive: z.boolean(expected("true or false")) },
    expected("a point such as {x, y, positive}"),
  ),
);
const CLASSIFICATION = lazy(() =>
  z
    .looseObject(
      {
        image: z.looseObject({ width: SIZE(), height: SIZE() }, expected("an object with width and height")),
        predictions: z.custom((value) => typeof value === "object" && value !== null, expected("a list or an object")),
      },
      expected("an object with image and predictions"),
    )
    .refine((json) => ("top" in json && "confidence" in json) || "predicted_classes" in json, {
      error: 'expected "top" and "confidence", or "predicted_classes"',
    }),
);

const TEXT_KINDS = [
  "string",
  "prediction_type",
  "parent_id",
  "inference_id",
  "language_model_output",
  "roboflow_model_id",
  "roboflow_project",
  "roboflow_solution",
  "ROBOFLOW_MANAGED_KEY",
  "secret",
];

const PICTURE = 'a picture such as {"type": "base64", "value": ...}';

/** What the JSON of a kind looks like; kinds that are missing here have no form of their own. */
const FORMS: () => ReadonlyMap<string, Form> = lazy(
  () =>
    new Map<string, Form>([
      ["image", { schema: z.never(expected(PICTURE)), isValue: isImage }],
      ["video_metadata", { schema: JSON_VIDEO(), isValue: isVideoMetadata }],
      ...DETECTION_KINDS.map((kind) => [kind, { schema: JSON_DETECTIONS(), isValue: isDetections }] as const),
      ...TEXT_KINDS.map((kind) => [kind, { schema: TEXT() }] as const),
      ["roboflow_api_key", { schema: TEXT().nullable() }],
      ["top_class", { schema: oneOf([TEXT(), z.array(TEXT())], "a text or a list of texts") }],
      ["boolean", { schema: z.boolean(expected("true or false")) }],
      ["integer", { schema: z.int(expected("a whole number")) }],
      ["float", { schema: NUMBER() }],
      ["float_zero_to_one", { schema: z.number(FRACTION).min(0, FRACTION).max(1, FRACTION) }],
      ["dictionary", { schema: MAP() }],
      ["list_of_values", { schema: LIST() }],
      ["numpy_array", { schema: LIST(), isValue: ArrayBuffer.isView }],
      ["classification_prediction", { schema: CLASSIFICATION() }],
      ["point", { schema: POINT() }],
      ["zone", { schema: z.unknown().superRefine(checkZone) }],
      ["labeled_points", { schema: z.array(LABELED_POINT(), expected("a list of points")) }],
      ["rgb_color", { schema: oneOf([TEXT(), COLOR()], "a text or three numbers") }],
      ["bytes", { schema: BASE64(), isValue: (value) => value instanceof Uint8Array }],
      ["timestamp", { schema: ISO_TIME().transform((ms) => new Date(ms)), isValue: (value) => value instanceof Date }],
    ]),
);

/** A choice that tells what it is a choice of. */
function oneOf(options: [z.ZodType, z.ZodType], what: string): z.ZodType {
  return z.union(options, expected(what));
}

/** A polygon, or a list of polygons. */
function checkZone(value: unknown, context: z.RefinementCtx): void {
  const isNested = Array.isArray(value) && value.every((item) => Array.isArray(item) && Array.isArray(item[0]));
  const schema = isNested && value.length > 0 ? z.array(POLYGON()) : POLYGON();
  for (const { path, message } of schema.safeParse(value).error?.issues ?? []) {
    context.addIssue({ code: "custom", path, message });
  }
}
