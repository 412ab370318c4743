import type { Plan } from "../../compiler/plan.ts";
import type { EngineBatch } from "../../engine/batch.ts";
import { isImage } from "../../kinds/image.ts";

export interface SingleValues {
  plan: Plan;
  /** Elements of the batch. */
  size: number;
  inputs: Record<string, unknown>;
}

/** A batch of values that come from no camera. */
export function batchOnce({ plan, size, inputs }: SingleValues): EngineBatch {
  const sources = Array.from({ length: size }, (_, i) => videoIdentifier(plan, inputs, i) ?? `image.[${i}]`);
  return { sources, inputs, pictures: true };
}

/** Pictures of one video belong together, as the frames of a camera do. */
function videoIdentifier(plan: Plan, inputs: Readonly<Record<string, unknown>>, element: number): string | undefined {
  const batches = plan.inputs.filter((input) => input.batch).map(({ name }) => inputs[name] as unknown[] | undefined);
  return batches.map((values) => values?.[element]).find(isImage)?.video?.videoIdentifier;
}
