/** Lowest score to report, 0..1: null for the model's usual one, "best" for what its trainer recommends where that is known. */
export type LeastScore = number | "best" | null;

/** Lowest scores that the trainer of a model recommends. */
export interface RecommendedScores {
  /** For classes that `byClass` leaves out. */
  confidence: number;
  byClass: Readonly<Record<string, number>>;
}

interface Known {
  /** The model's usual one. */
  usual: number;
  recommended: RecommendedScores | null;
}

/** The lowest score of each class. */
export function leastScores(asked: LeastScore, classes: readonly string[], { usual, recommended }: Known): number[] {
  if (asked !== "best" || recommended === null) return classes.map(() => (typeof asked === "number" ? asked : usual));
  const { confidence, byClass } = recommended;
  return classes.map((name) => (Object.hasOwn(byClass, name) ? (byClass[name] ?? confidence) : confidence));
}
