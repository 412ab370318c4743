/** One number of the bench beside what bounds it. */
export interface Figure {
  id: string;
  value: number;
  unit: string;
  /** What was measured or declared as the bound of the value; null where there is none. */
  limit: number | null;
  better: "higher" | "lower";
  /** How it was measured, in one sentence. */
  how: string;
}

/** Reports progress. */
export type Progress = (text: string) => void;

/** Figures that are measured together. */
export interface Measurement {
  ids: readonly string[];
  /** Measures all of them, whichever are wanted. */
  measure: (progress: Progress) => Promise<Figure[]>;
}
