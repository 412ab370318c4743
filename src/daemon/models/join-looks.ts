import { type Box, overlap, overlapOfSmaller } from "../../geometry/box-overlap.ts";
import { ROW } from "../../inference/request.ts";
import type { Region } from "../../kinds/image.ts";

/** What a model found in the whole picture, or in a part of it. */
export interface Look {
  /** null for the whole picture. */
  region: Region | null;
  /** In pixels of the region; best score first. */
  rows: Float32Array;
}

/** A row of a reply, in pixels of the picture. */
export interface FoundBox {
  box: Box;
  score: number;
  classIndex: number;
  /** Whether a look at a part found it. */
  isNear: boolean;
}

export interface JoinRules {
  picture: { width: number; height: number };
  /** Overlap (intersection over union) above which the weaker of two boxes is the same object. */
  iouThreshold: number;
  /** Whether boxes of different classes may be the same object. */
  classAgnostic: boolean;
  maxDetections: number;
}

/** Views of one object from near and far differ by more than this where the caller would let them differ more. */
const MOST_APART = 0.5;
/** Share of what is cut off that another box must have to show the same object. */
const SAME_CUT = 0.5;
/** A box that ends so near to the edge of a region goes on beyond it. */
const EDGE_SHARE = 0.015;
const LEAST_EDGE_PX = 2;

interface SeenBox extends FoundBox {
  look: number;
  isCut: boolean;
}

/**
 * The objects of several looks at one picture, each once, best score first. Those that the edge of a region cuts are no objects of the
 * reply; where nothing shows them whole they are in `cut`. `standing` are objects of places that no look showed; `fresh` leaves them out.
 */
export function joinLooks(looks: readonly Look[], standing: readonly FoundBox[], rules: JoinRules) {
  const seen = looks.flatMap((look, index) => boxesIn(look, index, rules.picture));
  const old = standing.map((object): SeenBox => ({ ...object, look: looks.length, isCut: false }));
  const ranked = seen.sort((a, b) => b.score - a.score || a.look - b.look);
  const objects: SeenBox[] = [];
  // What was seen now stands over what was seen before.
  for (const one of [...ranked.filter(({ isCut }) => !isCut), ...old]) {
    if (!objects.some((other) => isSame(one, other, rules))) objects.push(one);
  }
  const cut = ranked.filter((one) => one.isCut && !objects.some((other) => showsMoreOf(one, other, rules)));
  const kept = objects.toSorted((a, b) => b.score - a.score || a.look - b.look).slice(0, rules.maxDetections);
  const fresh = kept.filter(({ look }) => look < looks.length);
  return { objects: plain(kept), fresh: plain(fresh), cut: plain(cut) };
}

/** As a model gives them. */
export function rowsOf(objects: readonly FoundBox[]): Float32Array {
  return Float32Array.from(objects.flatMap(({ box, score, classIndex }) => [...box, score, classIndex]));
}

function plain(boxes: readonly SeenBox[]): FoundBox[] {
  return boxes.map(({ box, score, classIndex, isNear }) => ({ box, score, classIndex, isNear }));
}

function boxesIn({ region, rows }: Look, look: number, picture: JoinRules["picture"]): SeenBox[] {
  const { x, y } = region ?? { x: 0, y: 0 };
  return Array.from({ length: rows.length / ROW }, (_, i): SeenBox => {
    const [x1 = 0, y1 = 0, x2 = 0, y2 = 0, score = 0, classIndex = 0] = rows.subarray(i * ROW, (i + 1) * ROW);
    const isCut = region !== null && endsAtEdge([x1, y1, x2, y2], region, picture);
    const isNear = region !== null;
    return { box: [x1 + x, y1 + y, x2 + x, y2 + y], score, classIndex, isNear, look, isCut };
  });
}

/** Of the region, where that is not the picture's. */
function endsAtEdge([left, top, right, bottom]: Box, region: Region, picture: JoinRules["picture"]): boolean {
  const { x, y, width, height } = region;
  const [across, down] = [width, height].map((side) => Math.max(LEAST_EDGE_PX, side * EDGE_SHARE)) as [number, number];
  return (
    (x > 0 && left < across) ||
    (y > 0 && top < down) ||
    (x + width < picture.width && right > width - across) ||
    (y + height < picture.height && bottom > height - down)
  );
}

/** The model has told apart what it saw in one look. */
function isSame(a: SeenBox, b: SeenBox, { iouThreshold, classAgnostic }: JoinRules): boolean {
  if (a.look === b.look || (!classAgnostic && a.classIndex !== b.classIndex)) return false;
  return overlap(a.box, b.box) > Math.min(iouThreshold, MOST_APART);
}

function showsMoreOf(cut: SeenBox, other: SeenBox, { classAgnostic }: JoinRules): boolean {
  if (!classAgnostic && cut.classIndex !== other.classIndex) return false;
  return overlapOfSmaller(cut.box, other.box) > SAME_CUT;
}
