import type { Tolerance } from "./golden-case.ts";
import { brief, type Differ, isEntries } from "./json-value.ts";

export type Corners = [number, number, number, number];

interface Found {
  class: string;
  confidence: number;
  box: Corners;
  json: Readonly<Record<string, unknown>>;
}

/** Class, confidence, box and what else must hold of a detection. */
type Wanted = [string, number, Corners, Record<string, unknown>?];

interface Place {
  at: string;
  tolerance: Tolerance;
  differ: Differ;
}

/** Pairs every expected detection with the found one of its class that overlaps it most; none may be left over. */
export function detectionFaults(actual: unknown, expected: Readonly<Record<string, unknown>>, place: Place): string[] {
  const found = foundIn(actual);
  const { at, differ } = place;
  if (found === null) return [`${at} is ${brief(actual)}, expected detections`];
  const faults: string[] = [];
  for (const wanted of expected["$detections"] as Wanted[]) faults.push(...take(found, wanted, place));
  faults.push(...found.map((extra) => `${at} has ${shown(extra)}, which was not expected`));
  if (expected["image"] === undefined) return faults;
  const { width, height } = (actual as { image: { width: number; height: number } }).image;
  return [...faults, ...differ([width, height], expected["image"], `${at}/image`)];
}

/** Detections of an output in their JSON form, null for anything else. */
export function foundIn(value: unknown): Found[] | null {
  const predictions = isEntries(value) ? value["predictions"] : undefined;
  if (!Array.isArray(predictions)) return null;
  return predictions.map((json: Record<string, unknown>) => {
    const [x, y, width, height] = [json["x"], json["y"], json["width"], json["height"]].map(Number) as Corners;
    const box: Corners = [x - width / 2, y - height / 2, x + width / 2, y + height / 2];
    return { class: String(json["class"]), confidence: Number(json["confidence"]), box, json };
  });
}

export function overlap(a: Corners, b: Corners): number {
  const width = Math.min(a[2], b[2]) - Math.max(a[0], b[0]);
  const height = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
  if (width <= 0 || height <= 0) return 0;
  return (width * height) / (area(a) + area(b) - width * height);
}

function area([left, top, right, bottom]: Corners): number {
  return (right - left) * (bottom - top);
}

function take(found: Found[], [name, confidence, box, facts = {}]: Wanted, { at, tolerance, differ }: Place): string[] {
  const candidates = found
    .filter((one) => one.class === name)
    .toSorted((a, b) => overlap(b.box, box) - overlap(a.box, box));
  const [best] = candidates;
  const wanted = `${name} ${confidence} [${box}]`;
  if (best === undefined || overlap(best.box, box) < tolerance.iou) {
    return [`${at} lacks ${wanted}; it has ${found.map(shown).join("; ") || "none"}`];
  }
  found.splice(found.indexOf(best), 1);
  const off = Math.abs(best.confidence - confidence) > tolerance.score;
  const faults = off ? [`${at} has ${shown(best)}, expected ${wanted}`] : [];
  return [...faults, ...differ(best.json, { $has: facts }, `${at}/${name}`)];
}

function shown({ class: name, confidence, box }: Found): string {
  return `${name} ${confidence.toFixed(3)} [${box.map((value) => Math.round(value * 10) / 10)}]`;
}
