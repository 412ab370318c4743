import { isDetections } from "../../kinds/detections.ts";
import { isImage } from "../../kinds/image.ts";
import { isVideoMetadata } from "../../kinds/video-metadata.ts";
import { ElementList } from "./code-lists.ts";

const MOST_KEYS = 6;
const MOST_NAMED = 120;

/** What a value is, in a few words and without telling the value itself: `image 640x480`, `3 detections`, `text`. */
export function valueKind(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value === "string") return `text of ${value.length} characters`;
  if (typeof value === "number") return Number.isInteger(value) ? "whole number" : "number";
  if (typeof value !== "object") return typeof value;
  if (value instanceof ElementList) return listKind(value.items);
  return Array.isArray(value) ? listKind(value) : objectKind(value);
}

function objectKind(value: object): string {
  if (isImage(value)) return `image ${value.width}x${value.height}`;
  if (isDetections(value)) return `${value.items.length} detections`;
  if (isVideoMetadata(value)) return "video metadata";
  if (value instanceof Date) return "timestamp";
  if (ArrayBuffer.isView(value)) return `${value.constructor.name} of ${value.byteLength} bytes`;
  const keys = Object.keys(value);
  if (keys.length === 0) return "empty object";
  const named = keys.slice(0, MOST_KEYS).join(", ").slice(0, MOST_NAMED);
  return `object with ${named}${keys.length > MOST_KEYS ? ", …" : ""}`;
}

/** Of elements that differ only the first is reported. */
function listKind(list: readonly unknown[]): string {
  if (list.length === 0) return "empty list";
  const [first] = list;
  return `list of ${list.length}, the first: ${Array.isArray(first) ? `list of ${first.length}` : valueKind(first)}`;
}
