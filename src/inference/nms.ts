import type { Candidates } from "./families/family.ts";
import { ROW } from "./request.ts";

export interface SuppressionSettings {
  /** Overlap (intersection over union) above which the weaker of two boxes is dropped. */
  iouThreshold: number;
  /** Whether boxes of different classes drop each other. */
  classAgnostic: boolean;
  maxCandidates: number;
  maxDetections: number;
  /** 1 for each class to return, null for all. The others still suppress. */
  wanted: Uint8Array | null;
  /** Overlap of two candidates where it is not that of their boxes. */
  overlap?: ((a: number, b: number) => number) | null;
}

/** Greedy non-maximum suppression, best score first; equal scores keep their order. Returns indices of candidates. */
export function suppress({ rows, count }: Candidates, settings: SuppressionSettings): Uint32Array {
  const order = bestFirst(rows, count).subarray(0, settings.maxCandidates);
  const areas = areasOf(rows, order);
  const kept = new Uint32Array(order.length);
  const returned = new Uint32Array(Math.min(order.length, settings.maxDetections));
  let keptCount = 0;
  let returnedCount = 0;
  for (let place = 0; place < order.length && returnedCount < returned.length; place++) {
    if (isCovered(place, keptCount, { rows, order, areas, kept, settings })) continue;
    kept[keptCount++] = place;
    const index = order[place]!;
    if (settings.wanted === null || settings.wanted[rows[index * ROW + 5]!] === 1) returned[returnedCount++] = index;
  }
  return returned.subarray(0, returnedCount);
}

/** The best candidates as they are, for models that leave no overlaps. */
export function best({ rows, count }: Candidates, { maxDetections, wanted }: SuppressionSettings): Uint32Array {
  const order = bestFirst(rows, count);
  const kept = wanted === null ? order : order.filter((index) => wanted[rows[index * ROW + 5]!] === 1);
  return kept.subarray(0, maxDetections);
}

function bestFirst(rows: Float32Array, count: number): Uint32Array {
  const order = new Uint32Array(count).map((_, index) => index);
  return order.sort((a, b) => rows[b * ROW + 4]! - rows[a * ROW + 4]! || a - b);
}

function areasOf(rows: Float32Array, order: Uint32Array): Float32Array {
  const areas = new Float32Array(order.length);
  for (let place = 0; place < order.length; place++) {
    const at = order[place]! * ROW;
    areas[place] = Math.max(0, rows[at + 2]! - rows[at]!) * Math.max(0, rows[at + 3]! - rows[at + 1]!);
  }
  return areas;
}

interface Pass {
  rows: Float32Array;
  order: Uint32Array;
  areas: Float32Array;
  /** Places in `order` of the boxes kept so far. */
  kept: Uint32Array;
  settings: SuppressionSettings;
}

function isCovered(place: number, keptCount: number, { rows, order, areas, kept, settings }: Pass): boolean {
  const { iouThreshold, classAgnostic, overlap } = settings;
  const at = order[place]! * ROW;
  const [x1, y1, x2, y2] = [rows[at]!, rows[at + 1]!, rows[at + 2]!, rows[at + 3]!];
  const classId = rows[at + 5]!;
  for (let k = 0; k < keptCount; k++) {
    const other = order[kept[k]!]! * ROW;
    if (!classAgnostic && rows[other + 5] !== classId) continue;
    const width = Math.min(x2, rows[other + 2]!) - Math.max(x1, rows[other]!);
    if (width <= 0) continue;
    const height = Math.min(y2, rows[other + 3]!) - Math.max(y1, rows[other + 1]!);
    if (height <= 0) continue;
    const shared = width * height;
    if (overlap) {
      if (overlap(order[place]!, order[kept[k]!]!) > iouThreshold) return true;
      continue;
    }
    if (shared > iouThreshold * (areas[place]! + areas[kept[k]!]! - shared)) return true;
  }
  return false;
}
