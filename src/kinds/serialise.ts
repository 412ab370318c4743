import { MillraceError } from "../base/errors.ts";
import { largestContour } from "./contour.ts";
import { type Detection, type Detections, isDetections, type KeyPoint } from "./detections.ts";
import { type Image, isImage, type RootPlacement } from "./image.ts";
import { type Mask, pixelsOf, trimMask } from "./mask.ts";
import { maskOfPolygon } from "./polygon-mask.ts";
import { writeRle } from "./rle.ts";
import { isVideoMetadata, type VideoMetadata, videoOrDefault } from "./video-metadata.ts";

export interface SerialiseOptions {
  /** Called for each image with the object made for it: its `value` is null until the caller sets the base64 JPEG. */
  onImage?: (image: Image, json: SerialisedImage) => void;
}

export interface SerialisedImage {
  type: "base64";
  value: string | null;
  video_metadata: Record<string, unknown>;
  [key: string]: unknown;
}

/**
 * A value as plain JSON data. Times become ISO 8601 texts in UTC, bytes base64, numbers that JSON lacks null;
 * texts are masked when `kinds` has `secret`. Throws SERIALISE_TOO_DEEP for data that holds itself,
 * SERIALISE_TOO_LARGE for more than can be written.
 */
export function serialise(value: unknown, kinds: readonly string[], options: SerialiseOptions = {}): unknown {
  if (typeof value === "string" && kinds.includes("secret")) return maskSecret(value);
  if (isVideoMetadata(value) && kinds.includes("video_metadata")) return serialiseVideo(value);
  return plain(value, { ...options, masks: maskForm(kinds), allowance: { items: MOST_ITEMS } }, 0);
}

/** Masks have the form of the first kind that has one. */
function maskForm(kinds: readonly string[]): MaskForm {
  const form = kinds.flatMap((kind) => MASK_FORMS[kind] ?? [])[0];
  return form ?? "points";
}

type MaskForm = "points" | "rle_mask";

const MASK_FORMS: Readonly<Record<string, MaskForm>> = {
  instance_segmentation_prediction: "points",
  rle_instance_segmentation_prediction: "rle_mask",
  semantic_segmentation_prediction: "rle_mask",
};

/** More would take gigabytes as text before anybody could see how long it is. */
const MOST_ITEMS = 4 * 2 ** 20;

interface Bounded extends SerialiseOptions {
  /** How masks are written; as polygons where nothing says it. */
  masks?: MaskForm;
  /** What is left of the items of lists and arrays that one value may have; absent where lists are short. */
  allowance?: { items: number };
}

/** Detections in the form that the reference publishes; the size of the image is known even when there are none. */
export function serialiseDetections(detections: Detections, options: Bounded = {}): Record<string, unknown> {
  const { parentId, root, width, height } = detections;
  const image = { width, height };
  const belonging: Belonging = { image, parentId, rootId: root.id, origin: originOf(detections) };
  const predictions = detections.items.flatMap((item) => detection(item, belonging, options) ?? []);
  return { image, predictions };
}

interface Belonging {
  image: { width: number; height: number };
  parentId: string;
  rootId: string;
  origin: Record<string, unknown>;
}

/** Null for an object of which no pixel is left, where its mask is to be a polygon. */
function detection(item: Detection, belonging: Belonging, options: Bounded): Record<string, unknown> | null {
  const { parentId, rootId, origin, image } = belonging;
  const mask = serialiseMask(item, image, options);
  if (mask === null) return null;
  const [x1, y1, x2, y2] = item.box;
  const [width, height] = [Math.abs(x2 - x1), Math.abs(y2 - y1)];
  const json: Record<string, unknown> = {
    x: finite(middle(x1, x2)),
    y: finite(middle(y1, y2)),
    width: finite(width),
    height: finite(height),
    confidence: finite(item.confidence),
    class: item.class,
    class_id: item.classId,
    detection_id: item.detectionId,
    parent_id: parentId,
  };
  if (item.trackerId !== undefined) json["tracker_id"] = item.trackerId;
  if (item.timeInZone !== undefined) json["time_in_zone"] = finite(item.timeInZone);
  if (item.keypoints !== undefined) json["keypoints"] = item.keypoints.map(serialiseKeyPoint);
  for (const [key, value] of Object.entries(item.data ?? {})) json[key] = plain(value, options, 1);
  Object.assign(json, mask);
  const { root_parent_id: root = rootId, ...alone } = json;
  // What names the root picture itself as its parent lies nowhere else.
  return json["parent_id"] === root ? alone : Object.assign(json, origin);
}

/** Where corners are exchanged, it lies as far beyond the first one as in the reference. */
function middle(from: number, to: number): number {
  return from <= to ? (from + to) / 2 : from + (from - to) / 2;
}

function serialiseMask({ mask, data }: Detection, image: Belonging["image"], { masks }: Bounded): object | null {
  if (mask === undefined) return {};
  if (masks === "rle_mask") return { rle_mask: writeRle(mask, image) };
  const polygon = polygonOf(data?.["polygon"]);
  // A polygon that the mask was made of leaves unchanged.
  const isMadeOfIt = polygon !== null && isSameMask(mask, maskOfPolygon(polygon, image));
  const points = isMadeOfIt ? polygon : largestContour({ ...mask, bits: pixelsOf(mask) });
  return points === null ? null : { points: points.map(([x, y]) => ({ x, y })) };
}

function polygonOf(value: unknown): [number, number][] | null {
  const isPoint = (point: unknown) => Array.isArray(point) && point.length === 2 && point.every(Number.isFinite);
  return Array.isArray(value) && value.length > 2 && value.every(isPoint) ? (value as [number, number][]) : null;
}

function isSameMask(a: Mask, b: Mask): boolean {
  const [one, other] = [trimMask(a), trimMask(b)];
  const isSamePlace = one.x === other.x && one.y === other.y && one.width === other.width;
  return isSamePlace && one.runs.length === other.runs.length && one.runs.every((run, i) => run === other.runs[i]);
}

function serialiseKeyPoint({ x, y, class: name, classId, confidence }: KeyPoint): Record<string, unknown> {
  return { class_id: classId, class: name, confidence: finite(confidence), x: finite(x), y: finite(y) };
}

function serialiseImage(image: Image, options: SerialiseOptions): SerialisedImage {
  const json: SerialisedImage = {
    type: "base64",
    value: null,
    video_metadata: serialiseVideo(videoOrDefault(image)),
  };
  if (image.parent !== null) Object.assign(json, { parent_id: image.parentId }, originOf(image));
  options.onImage?.(image, json);
  return json;
}

/** Where a crop comes from; nothing for a root picture. */
function originOf({ parent, root }: Pick<Image, "parent" | "root">): Record<string, unknown> {
  if (parent === null) return {};
  return { parent_origin: placement(parent), root_parent_id: root.id, root_parent_origin: placement(root) };
}

function placement({ offsetX, offsetY, width, height }: RootPlacement) {
  return { offset_x: offsetX, offset_y: offsetY, width, height };
}

function serialiseVideo(video: VideoMetadata): Record<string, unknown> {
  return {
    video_identifier: video.videoIdentifier,
    frame_number: video.frameNumber,
    frame_timestamp: iso(new Date(video.frameTimestamp)),
    fps: video.fps,
    measured_fps: video.measuredFps,
    comes_from_video_file: video.comesFromVideoFile,
  };
}

const DEEPEST = 100;

function plain(value: unknown, options: Bounded, depth: number): unknown {
  if (typeof value === "number") return finite(value);
  if (typeof value === "string" || typeof value === "boolean") return value;
  // Those beyond all numbers have no other form.
  if (typeof value === "bigint") return Number.isFinite(Number(value)) ? Number(value) : String(value);
  if (typeof value !== "object" || value === null) return null;
  if (depth > DEEPEST) throw new MillraceError("SERIALISE_TOO_DEEP", `data is nested more than ${DEEPEST} levels deep`);
  if (Array.isArray(value)) {
    spend(value.length, options);
    return value.map((item) => plain(item, options, depth + 1));
  }
  if (isDetections(value)) return serialiseDetections(value, options);
  if (isImage(value)) return serialiseImage(value, options);
  if (isVideoMetadata(value)) return serialiseVideo(value);
  if (value instanceof Date) return iso(value);
  if (ArrayBuffer.isView(value)) return numbers(value, options);
  if (value instanceof Map) return entries([...value], options, depth);
  if (value instanceof Set) return plain([...value], options, depth);
  return entries(Object.entries(value), options, depth);
}

function entries(pairs: [unknown, unknown][], options: Bounded, depth: number): Record<string, unknown> {
  return Object.fromEntries(pairs.map(([key, item]) => [String(key), plain(item, options, depth + 1)]));
}

function numbers(view: ArrayBufferView, options: Bounded): unknown {
  if (view instanceof Uint8Array) return Buffer.from(view.buffer, view.byteOffset, view.byteLength).toString("base64");
  if (view instanceof DataView) return null;
  const { length } = view as unknown as ArrayLike<number | bigint>;
  spend(length, options);
  return Array.from(view as unknown as ArrayLike<number | bigint>, (item) => finite(Number(item)));
}

function spend(items: number, { allowance }: Bounded): void {
  if (allowance === undefined) return;
  allowance.items -= items;
  if (allowance.items >= 0) return;
  const message = `data has lists of more than ${MOST_ITEMS} items in all; pictures and bytes have shorter forms`;
  throw new MillraceError("SERIALISE_TOO_LARGE", message);
}

/** Two characters, eight stars, two characters; a short secret shows nothing. */
function maskSecret(secret: string): string {
  return secret.length < 8 ? "********" : `${secret.slice(0, 2)}********${secret.slice(-2)}`;
}

function iso(date: Date): string | null {
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
