/** An object that a model found in a picture. */
export interface Sighting {
  className: string;
  score: number;
  /** x min, y min, x max, y max. */
  box: readonly [number, number, number, number];
}

/** How far what two models found in the same pictures agrees. */
export interface Agreement {
  /** Objects of each that score at least the threshold. */
  objects: [number, number];
  /** Pairs of one class that overlap by at least half, each object in one pair at most. */
  pairs: number;
  /** Objects of one alone that the other has below the threshold. */
  below: [number, number];
  /** Means over the pairs, null without any: intersection over union, and how far the scores are apart. */
  overlap: number | null;
  scoreDifference: number | null;
}

const LEAST_OVERLAP = 0.5;

/** Adds up the agreement over pictures; sightings below the threshold explain what only one model has. */
export function agreementCounter(threshold: number) {
  const objects: Agreement["objects"] = [0, 0];
  const below: Agreement["below"] = [0, 0];
  let [pairs, overlaps, differences] = [0, 0, 0];
  const isSure = ({ score }: Sighting) => score >= threshold;
  const isWeak = (sighting: Sighting) => !isSure(sighting);

  return {
    add(first: readonly Sighting[], second: readonly Sighting[]): void {
      const [sureFirst, sureSecond] = [first.filter(isSure), second.filter(isSure)];
      const found = pairsOf(sureFirst, sureSecond);
      objects[0] += sureFirst.length;
      objects[1] += sureSecond.length;
      pairs += found.length;
      for (const { a, b, overlap } of found) {
        overlaps += overlap;
        differences += Math.abs(a.score - b.score);
      }
      const paired = new Set(found.flatMap(({ a, b }) => [a, b]));
      const isAlone = (sighting: Sighting) => !paired.has(sighting);
      below[0] += pairsOf(sureFirst.filter(isAlone), second.filter(isWeak)).length;
      below[1] += pairsOf(sureSecond.filter(isAlone), first.filter(isWeak)).length;
    },
    result(): Agreement {
      const mean = (sum: number) => (pairs === 0 ? null : sum / pairs);
      return { objects, pairs, below, overlap: mean(overlaps), scoreDifference: mean(differences) };
    },
  };
}

interface Pair {
  a: Sighting;
  b: Sighting;
  overlap: number;
}

/** The closest first. */
function pairsOf(first: readonly Sighting[], second: readonly Sighting[]): Pair[] {
  const close = first.flatMap((a) =>
    second
      .filter((b) => a.className === b.className)
      .map((b) => ({ a, b, overlap: overlapOf(a.box, b.box) }))
      .filter(({ overlap }) => overlap >= LEAST_OVERLAP),
  );
  const taken = new Set<Sighting>();
  return close
    .toSorted((x, y) => y.overlap - x.overlap)
    .filter(({ a, b }) => {
      if (taken.has(a) || taken.has(b)) return false;
      taken.add(a).add(b);
      return true;
    });
}

function overlapOf(a: Sighting["box"], b: Sighting["box"]): number {
  const width = Math.min(a[2], b[2]) - Math.max(a[0], b[0]);
  const height = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
  if (width <= 0 || height <= 0) return 0;
  const shared = width * height;
  return shared / (areaOf(a) + areaOf(b) - shared);
}

function areaOf([x1, y1, x2, y2]: Sighting["box"]): number {
  return (x2 - x1) * (y2 - y1);
}
