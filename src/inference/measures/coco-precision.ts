// Average precision of boxes by the rules of COCO's own evaluator (pycocotools, `iouType` "bbox", all areas): objects of a class in all
// pictures together, ten overlaps from 0.5 to 0.95, precision at 101 recalls, crowds neither found nor missed.

export interface CocoTruth {
  images: readonly { id: number; file_name: string }[];
  categories: readonly { id: number; name: string }[];
  annotations: readonly { image_id: number; category_id: number; bbox: CocoBox; iscrowd: 0 | 1 }[];
}

export interface CocoResult {
  image_id: number;
  category_id: number;
  bbox: CocoBox;
  score: number;
}

/** Left, top, width, height. */
type CocoBox = readonly [number, number, number, number];

export interface CocoFigures {
  ap: number;
  ap50: number;
  ap75: number;
  /** Recall with at most 100 boxes in a picture. */
  ar100: number;
}

const OVERLAPS = Array.from({ length: 10 }, (_, i) => 0.5 + 0.05 * i);
// Steps are added up as the evaluator does, as recalls such as 7 of 20 lie on them.
const RECALLS = Array.from({ length: 101 }, (_, i) => i * 0.01);
const MOST_BOXES = 100;

export function cocoFigures(truth: CocoTruth, results: readonly CocoResult[]): CocoFigures {
  const classes = truth.categories
    .map(({ id }) => OVERLAPS.map((overlap) => classFigures(truth, results, { classId: id, overlap })))
    // Classes without an object say nothing.
    .flatMap((figures) => (figures.some((figure) => figure === null) ? [] : [figures as ClassFigures[]]));
  const over = (of: keyof ClassFigures, overlaps: readonly number[]) =>
    mean(classes.flatMap((figures) => overlaps.map((i) => figures[i]?.[of] ?? 0)));
  const all = OVERLAPS.map((_, i) => i);
  return {
    ap: over("precision", all),
    ap50: over("precision", [0]),
    ap75: over("precision", [5]),
    ar100: over("recall", all),
  };
}

interface ClassFigures {
  precision: number;
  recall: number;
}

interface Asked {
  classId: number;
  overlap: number;
}

function classFigures(truth: CocoTruth, results: readonly CocoResult[], asked: Asked): ClassFigures | null {
  const { classId } = asked;
  const objects = truth.annotations.filter(({ category_id: id }) => id === classId);
  const count = objects.filter(({ iscrowd }) => iscrowd === 0).length;
  if (count === 0) return null;
  const judged = truth.images.flatMap(({ id }) => {
    const own = results.filter((result) => result.category_id === classId && result.image_id === id);
    const best = own.toSorted((a, b) => b.score - a.score).slice(0, MOST_BOXES);
    return judge(
      best,
      objects.filter(({ image_id }) => image_id === id),
      asked.overlap,
    );
  });
  return precisionOf(
    judged.toSorted((a, b) => b.score - a.score),
    count,
  );
}

interface Judged {
  score: number;
  isRight: boolean;
}

/** Each box takes the object that it covers best of those that are free; what lies in a crowd counts for nothing. */
function judge(boxes: readonly CocoResult[], objects: CocoTruth["annotations"], overlap: number): Judged[] {
  const single = objects.filter(({ iscrowd }) => iscrowd === 0);
  const crowds = objects.filter(({ iscrowd }) => iscrowd === 1);
  const taken = new Set<number>();
  return boxes.flatMap(({ bbox, score }): Judged[] => {
    const best = bestOf(single, (object, i) => (taken.has(i) ? 0 : overlapOf(bbox, object.bbox, false)), overlap);
    if (best >= 0) {
      taken.add(best);
      return [{ score, isRight: true }];
    }
    const isInCrowd = crowds.some((crowd) => overlapOf(bbox, crowd.bbox, true) >= Math.min(overlap, 1 - 1e-10));
    return isInCrowd ? [] : [{ score, isRight: false }];
  });
}

/** The last of the largest values that are at least `least`, -1 where none is. */
function bestOf<T>(items: readonly T[], worth: (item: T, i: number) => number, least: number): number {
  let [best, found] = [Math.min(least, 1 - 1e-10), -1];
  for (const [i, item] of items.entries()) {
    const value = worth(item, i);
    if (value >= best) [best, found] = [value, i];
  }
  return found;
}

/** Intersection over union; in a crowd over the box alone. */
function overlapOf([ax, ay, aw, ah]: CocoBox, [bx, by, bw, bh]: CocoBox, isCrowd: boolean): number {
  const width = Math.min(ax + aw, bx + bw) - Math.max(ax, bx);
  const height = Math.min(ay + ah, by + bh) - Math.max(ay, by);
  if (width <= 0 || height <= 0) return 0;
  return (width * height) / (isCrowd ? aw * ah : aw * ah + bw * bh - width * height);
}

/** Precision at 101 recalls, each the best one at that recall or a higher one; 0 beyond the highest. */
function precisionOf(judged: readonly Judged[], count: number): ClassFigures {
  let right = 0;
  const points = judged.map(({ isRight }, i) => {
    right += isRight ? 1 : 0;
    return { recall: right / count, precision: right / (i + 1) };
  });
  for (let i = points.length - 2; i >= 0; i--) {
    points[i]!.precision = Math.max(points[i]!.precision, points[i + 1]!.precision);
  }
  const precision = mean(RECALLS.map((wanted) => points.find(({ recall }) => recall >= wanted)?.precision ?? 0));
  return { precision, recall: points.at(-1)?.recall ?? 0 };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
