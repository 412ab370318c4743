import type { RootPlacement } from "./image.ts";
import { type Mask, moveMask } from "./mask.ts";

/** One object. Coordinates are in pixels of the image the container names. */
export interface Detection {
  /** x min, y min, x max, y max. */
  box: [number, number, number, number];
  /** 0 to 1. */
  confidence: number;
  /** Name of the class. */
  class: string;
  /** Index of the class, from 0. */
  classId: number;
  /** Unique among all detections; kept from step to step. */
  detectionId: string;
  /** Number that a tracker gave the object; absent before a tracker. */
  trackerId?: number;
  /** Seconds. */
  timeInZone?: number;
  /** The zones that it is in, for messages: results say the time alone. */
  zones?: readonly ZoneStay[];
  /** Which pixels of the image the object covers. */
  mask?: Mask;
  /** How the object looks, as a model describes it; for steps that compare objects, and in no message. */
  embedding?: Float32Array;
  /** Named points of the object, in pixels of the image. */
  keypoints?: KeyPoint[];
  /** Further per-detection fields by their JSON names, serialised as they are. */
  data?: Record<string, unknown>;
}

/** A zone by the name of its step, and the seconds since the object came in. */
export interface ZoneStay {
  zone: string;
  seconds: number;
}

/** A named point of an object. */
export interface KeyPoint {
  x: number;
  y: number;
  class: string;
  /** Which of the points that the model knows. */
  classId: number;
  confidence: number;
}

/** Value of the kinds `object_detection_prediction` and relatives. Immutable: steps make new containers. */
export interface Detections {
  /** Always `detections`. */
  kind: "detections";
  /** The objects; empty for none. */
  items: Detection[];
  /** Size in pixels of the image the detections were made on; known even when there are none. */
  width: number;
  /** Height of the same image in pixels. */
  height: number;
  /** Identity of that image. */
  parentId: string;
  /** Its place in the picture it was cut from (null: it is a root picture) and in the root. */
  parent: RootPlacement | null;
  /** Place of the image in its root picture, in pixels of the root. */
  root: RootPlacement;
  /** Names the run of the model; absent where no model made them. */
  inferenceId?: string;
  /** Of detections that a tracker numbered, however they were filtered since. */
  tracker?: TrackerWord;
}

/** What a tracker says about its tracks. */
export interface TrackerWord {
  /** Ids that it may give again: a track that is not among them has ended. */
  open: readonly number[];
  /** Seconds without a frame after which it has given up every track. */
  keepS: number;
}

/** Whether a value is `Detections`. */
export function isDetections(value: unknown): value is Detections {
  return typeof value === "object" && value !== null && (value as { kind?: unknown }).kind === "detections";
}

/** The same container with other items. */
export function withItems(detections: Detections, items: Detection[]): Detections {
  return { ...detections, items };
}

/** Moves detections made on a crop into the pixels of the root picture (no-op on a root picture, and on one as large). */
export function toRoot(detections: Detections): Detections {
  const { root, width, height } = detections;
  if (detections.parent === null) return detections;
  if (root.offsetX === 0 && root.offsetY === 0 && root.width === width && root.height === height) return detections;
  const items = detections.items.map((item) => withoutParent(shifted(item, root.offsetX, root.offsetY)));
  const whole: RootPlacement = { ...root, offsetX: 0, offsetY: 0 };
  return { ...detections, items, width: root.width, height: root.height, parentId: root.id, parent: null, root: whole };
}

/** The detection with its box, its mask, its key points and its polygon moved. */
export function shifted(item: Detection, dx: number, dy: number): Detection {
  const [x1, y1, x2, y2] = item.box;
  const moved: Detection = { ...item, box: [x1 + dx, y1 + dy, x2 + dx, y2 + dy] };
  if (item.mask !== undefined) moved.mask = moveMask(item.mask, dx, dy);
  if (item.keypoints !== undefined) moved.keypoints = item.keypoints.map((p) => ({ ...p, x: p.x + dx, y: p.y + dy }));
  const polygon = item.data?.["polygon"];
  if (Array.isArray(polygon)) moved.data = { ...item.data, polygon: movedPoints(polygon, dx, dy) };
  return moved;
}

function movedPoints(points: readonly unknown[], dx: number, dy: number): unknown[] {
  return points.map((point) => {
    if (!Array.isArray(point)) return point;
    const [x, y, ...others] = point as unknown[];
    return typeof x === "number" && typeof y === "number" ? [x + dx, y + dy, ...others] : point;
  });
}

/** A detection that names another one as its parent belongs to the root picture now. */
function withoutParent(item: Detection): Detection {
  if (item.data?.["parent_id"] === undefined) return item;
  const { parent_id: _, ...data } = item.data;
  return { ...item, data };
}
