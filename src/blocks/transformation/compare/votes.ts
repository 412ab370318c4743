import { overlap } from "../../../geometry/box-overlap.ts";
import { BoxTree } from "../../../geometry/box-tree.ts";
import type { Detection } from "../../../kinds/detections.ts";

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
  const trees = sources.map((items) => new BoxTree(items.map(({ box }) => box)));
  for (const [number, items] of sources.entries()) {
    for (const item of items) {
      if (voted.has(item.detectionId)) continue;
      const partners = sources.flatMap((others, i) =>
        i === number ? [] : (partnerOf(item, { others, tree: trees[i] as BoxTree }, { voted, rules }) ?? []),
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
function partnerOf(item: Detection, { others, tree }: Source, { voted, rules }: Voting): Detection | undefined {
  let best = -1;
  let most = rules.threshold;
  tree.some(item.box, (at) => {
    const other = others[at] as Detection;
    const shared = overlap(item.box, other.box);
    const isBetter = shared > most || (shared === most && at < best);
    if (!isBetter || voted.has(other.detectionId)) return false;
    if (rules.isClassAware && item.class !== other.class) return false;
    best = at;
    most = shared;
    return false;
  });
  return others[best];
}

interface Source {
  others: readonly Detection[];
  tree: BoxTree;
}

interface Voting {
  voted: ReadonlySet<string>;
  rules: Rules;
}
