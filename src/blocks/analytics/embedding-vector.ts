import { StepError } from "../../base/errors.ts";

export type Vector = Float64Array;

/** The embedding with a length of 1; one of zeros stays what it is. Throws STEP_INPUT for one of another size than those before. */
export function unitVector(embedding: ArrayLike<number>, size: number | undefined, step: string): Vector {
  if (size !== undefined && embedding.length !== size) {
    const message = `step "${step}": the embedding has ${embedding.length} numbers, expected ${size} as those before`;
    throw new StepError("STEP_INPUT", message, { step });
  }
  const vector = Float64Array.from(embedding);
  const length = Math.sqrt(dot(vector, vector));
  return length === 0 ? vector : vector.map((value) => value / length);
}

export function dot(a: Vector, b: Vector): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}

/** Cosine of the angle between two; 0 where one is all zeros. */
export function cosine(a: Vector, b: Vector): number {
  const lengths = Math.sqrt(dot(a, a) * dot(b, b));
  return lengths === 0 ? 0 : dot(a, b) / lengths;
}
