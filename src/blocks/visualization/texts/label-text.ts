import { bitmapOf, pixelCount } from "../../../kinds/bitmap.ts";
import type { Detection } from "../../../kinds/detections.ts";

export const LABEL_TEXTS = [
  "Class",
  "Confidence",
  "Class and Confidence",
  "Index",
  "Dimensions",
  "Area",
  "Area (mask)",
  "Area (converted)",
  "Tracker Id",
  "Time In Zone",
] as const;

export type LabelText = (typeof LABEL_TEXTS)[number];

/** What labels show of detections, in the words of the reference. */
export function labelTexts(items: readonly Detection[], text: LabelText): string[] {
  return items.map(TEXTS[text]);
}

const TEXTS: Readonly<Record<LabelText, (item: Detection, index: number) => string>> = {
  Class: (item) => item.class,
  Confidence: (item) => item.confidence.toFixed(2),
  "Class and Confidence": (item) => `${item.class} ${item.confidence.toFixed(2)}`,
  Index: (_, index) => String(index),
  Dimensions: ({ box: [x1, y1, x2, y2] }) => {
    return `${whole((x1 + x2) / 2)}, ${whole((y1 + y2) / 2)} ${whole(x2 - x1)}x${whole(y2 - y1)}`;
  },
  Area: (item) => String(areaOf(item)),
  "Area (mask)": (item) => measured("Area (mask)", item.data?.["area_px"]),
  "Area (converted)": (item) => measured("Area (conv)", item.data?.["area_converted"]),
  "Tracker Id": (item) => (item.trackerId === undefined ? "No Tracker ID" : String(item.trackerId)),
  "Time In Zone": (item) => (item.timeInZone ? `In zone: ${round(item.timeInZone)}s` : "In zone: N/A"),
};

function areaOf(item: Detection): number {
  const mask = bitmapOf(item);
  const [x1, y1, x2, y2] = item.box;
  return mask === null ? whole((x2 - x1) * (y2 - y1)) : pixelCount(mask);
}

/** What a step measured before. */
function measured(name: string, area: unknown): string {
  return `${name}: ${typeof area === "number" ? round(area) : "N/A"}`;
}

function whole(value: number): number {
  return Math.trunc(value);
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
