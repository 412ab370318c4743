const MOST_BINS = 50;
/** In mean lengths of two boxes: a gap between words is at least so wide, and so much wider than one within. */
const LEAST_GAP = 0.3;

/**
 * The gap that parts words from each other, null where all gaps are of one sort: the threshold with the greatest variance
 * between the two groups (N. Otsu, "A threshold selection method from gray-level histograms", 1979).
 */
export function wordGap(gaps: readonly number[]): number | null {
  if (gaps.length < 2) return null;
  let best = { variance: 0, threshold: 0, below: 0, above: 0 };
  for (const threshold of binMiddles(gaps)) {
    const [low, high] = [gaps.filter((gap) => gap <= threshold), gaps.filter((gap) => gap > threshold)];
    if (low.length === 0 || high.length === 0) continue;
    const [below, above] = [mean(low), mean(high)];
    const variance = low.length * high.length * (below - above) ** 2;
    if (variance > best.variance) best = { variance, threshold, below, above };
  }
  return best.above > LEAST_GAP && best.above - best.below > LEAST_GAP ? best.threshold : null;
}

function binMiddles(values: readonly number[]): number[] {
  const bins = Math.min(MOST_BINS, values.length);
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const [from, to] = least === most ? [least - 0.5, most + 0.5] : [least, most];
  return Array.from({ length: bins }, (_, i) => from + ((to - from) * (i + 0.5)) / bins);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
