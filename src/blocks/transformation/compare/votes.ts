import type { Detection } from "../../../kinds/detections.ts";
import { overlap } from "../../../tracking/overlap.ts";

interface Rules {
  /** How many sources have to agree. */
  votes: number;
  isClassAware: boolean;
  /** Intersection over union has to be above. */
  threshold: number;
  leastConfidence: number;
  merge: (group: readonly Detection[]) => Detection;
}

/** What enough sources found, in the order in which the sources name it; each detection votes once. */
export function agreements(sources: readonly (readonly Detection[])[], rules: Rules): Detection[] {
  const voted = new Set<string>();
  const found: Detection[] = [];
  for (const [number, items] of sources.entries()) {
    for (const item of items) {
      if (voted.has(item.detectionId)) continue;
      const partners = sources.flatMap((others, i) =>
        i === number ? [] : (partnerOf(item, others, voted, rules) ?? []),
      );
      if (partners.length < rules.votes - 1) continue;
      const group = [item, ...partners];
      const agreed = rules.merge(group);
      if (agreed.confidence < rules.leastConfidence) continue;
      found.push(agreed);
      for (const { detectionId } of group) voted.add(detectionId);
    }
  }
  return found;
}

/** The detection that overlaps most, the first of equals. */
function partnerOf(item: Detection, others: readonly Detection[], voted: ReadonlySet<string>, rules: Rules) {
  let best: Detection | undefined;
  let most = rules.threshold;
  for (const other of others) {
    const shared = overlap(item.box, other.box);
    if (shared <= most || voted.has(other.detectionId)) continue;
    if (rules.isClassAware && item.class !== other.class) continue;
    [best, most] = [other, shared];
  }
  return best;
}
