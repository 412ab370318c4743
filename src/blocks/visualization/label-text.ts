import { StepError } from "../../base/errors.ts";
import type { Detection } from "../../kinds/detections.ts";

/** What a label shows of a detection by the block's property `text`; throws STEP_BAD_TEXT when no detection has that field. */
export function labelTexts(items: readonly Detection[], text: string, step: string): string[] {
  const known = Object.hasOwn(TEXTS, text) ? TEXTS[text] : undefined;
  if (known !== undefined) return items.map(known);
  const values = items.map((item) => fieldOf(item, text));
  if (items.length === 0 || values.some((value) => value !== undefined)) return values.map(shown);
  const fields = Object.keys(Object.assign({}, ...items.map(({ data }) => data)) as object);
  throw new StepError(
    "STEP_BAD_TEXT",
    `step "${step}": text is "${text}", which no detection has; expected one of ${[...Object.keys(TEXTS), ...fields].join(", ")}`,
    { step },
  );
}

const TEXTS: Readonly<Record<string, (item: Detection, index: number) => string>> = {
  Class: (item) => item.class,
  Confidence: (item) => item.confidence.toFixed(2),
  "Class and Confidence": (item) => `${item.class} ${item.confidence.toFixed(2)}`,
  Index: (_, index) => String(index),
  Dimensions: ({ box: [x1, y1, x2, y2] }) => `${Math.round(x2 - x1)}x${Math.round(y2 - y1)}`,
  Area: (item) => String(areaOf(item)),
  // Without a mask its area is that of the box.
  "Area (mask)": (item) => shown(item.data?.["area_px"] ?? areaOf(item)),
  "Area (converted)": (item) => shown(item.data?.["area_converted"] ?? areaOf(item)),
  "Tracker Id": (item) => (item.trackerId === undefined ? "no id" : `#${item.trackerId}`),
  "Time In Zone": (item) => (item.timeInZone === undefined ? "no time" : `${item.timeInZone.toFixed(1)} s`),
};

function areaOf({ box: [x1, y1, x2, y2] }: Detection): number {
  return Math.round((x2 - x1) * (y2 - y1));
}

function fieldOf(item: Detection, name: string): unknown {
  const own: Record<string, unknown> = {
    class: item.class,
    class_name: item.class,
    class_id: item.classId,
    confidence: item.confidence,
    detection_id: item.detectionId,
    tracker_id: item.trackerId,
    time_in_zone: item.timeInZone,
  };
  return new Map(Object.entries({ ...own, ...item.data })).get(name);
}

function shown(value: unknown): string {
  if (value === undefined || value === null) return "";
  if (typeof value === "number") return String(Math.round(value * 100) / 100);
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
