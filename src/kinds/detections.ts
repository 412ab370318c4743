import type { RootPlacement } from "./image.ts";

/** One object. Coordinates are in pixels of the image the container names. */
export interface Detection {
  /** x min, y min, x max, y max. */
  box: [number, number, number, number];
  confidence: number;
  class: string;
  classId: number;
  detectionId: string;
  trackerId?: number;
  /** Seconds. */
  timeInZone?: number;
  /** Further per-detection fields by their wire names, serialised as they are. */
  data?: Record<string, unknown>;
}

/** Value of the kinds `object_detection_prediction` and relatives. Immutable: steps make new containers. */
export interface Detections {
  kind: "detections";
  items: Detection[];
  /** Size in pixels of the image the detections were made on; known even when there are none. */
  width: number;
  height: number;
  /** Identity of that image. */
  parentId: string;
  /** Its place in the picture it was cut from (null: it is a root picture) and in the root. */
  parent: RootPlacement | null;
  root: RootPlacement;
  inferenceId?: string;
}

export function isDetections(value: unknown): value is Detections {
  return typeof value === "object" && value !== null && (value as { kind?: unknown }).kind === "detections";
}

/** The same container with other items. */
export function withItems(detections: Detections, items: Detection[]): Detections {
  return { ...detections, items };
}

/** Moves detections made on a crop into the pixels of the root picture (no-op on a root picture). */
export function toRoot(detections: Detections): Detections {
  const { root } = detections;
  if (detections.parent === null) return detections;
  const items = detections.items.map((item) => ({
    ...item,
    box: [
      item.box[0] + root.offsetX,
      item.box[1] + root.offsetY,
      item.box[2] + root.offsetX,
      item.box[3] + root.offsetY,
    ] as Detection["box"],
  }));
  const whole: RootPlacement = { ...root, offsetX: 0, offsetY: 0 };
  return { ...detections, items, width: root.width, height: root.height, parentId: root.id, parent: null, root: whole };
}
