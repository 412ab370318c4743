/** What steps that make workflows tell besides their results. */
export type ExpansionEvent =
  /** New shapes keep coming, so that compiled workflows are hardly used again. */
  | { type: "expansion_churn"; step: string; shapes: number; calls: number; varying: string }
  /** Compiled workflows with state made room for others. */
  | { type: "expansion_state_lost"; step: string; reason: "evicted" | "child_died"; count: number };

/** What a step has made so far. */
export interface ExpansionView {
  type: string;
  calls: number;
  direct: number;
  hits: number;
  misses: number;
  evictions: number;
  failed: number;
  /** Milliseconds in all. */
  expandMs: number;
  compileMs: number;
  runMs: number;
  shapes: ShapeView[];
}

export interface ShapeView {
  shapeKey: string;
  steps: number;
  uses: number;
  compileMs: number;
  error: string | null;
  /** The last workflow of the shape. */
  workflow: object;
}
