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
