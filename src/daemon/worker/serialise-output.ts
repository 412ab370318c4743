import type { Plan, PlanOutput } from "../../compiler/plan.ts";
import type { KindCodecs } from "../../kinds/codec.ts";
import type { SerialiseOptions } from "../../kinds/serialise.ts";
import { serialiseAs } from "../../kinds/serialise-as.ts";

/** Writes the value of an output of a row as JSON data. */
export type SerialiseOutput = (output: PlanOutput, value: unknown, options?: SerialiseOptions) => unknown;

/** Every value of an output by its kinds, also inside lists of deeper levels. */
export function outputSerialiser(plan: Plan, codecs: KindCodecs): SerialiseOutput {
  return ({ source }, value, options = {}) => {
    const as = (slot: number) => (item: unknown) => {
      return serialiseAs(item, plan.slots[slot]?.kinds ?? ["*"], { ...options, codecs });
    };
    if (source.type === "slot") return each(value, depthOf(plan, source.slot), as(source.slot));
    const one = (object: unknown) => {
      const fields = source.slots.map(({ name, slot }) => [name, as(slot)((object as Fields | null)?.[name])]);
      return Object.fromEntries(fields) as Fields;
    };
    return each(value, depthOf(plan, source.slots[0]?.slot ?? 0), one);
  };
}

type Fields = Record<string, unknown>;

function each(value: unknown, depth: number, write: (item: unknown) => unknown): unknown {
  if (depth <= 0 || !Array.isArray(value)) return write(value);
  return value.map((item) => each(item, depth - 1, write));
}

/** Levels of lists in a row: those below the batch, or all of a batch that was born inside. */
function depthOf(plan: Plan, slot: number): number {
  const level = plan.levels[plan.slots[slot]?.level ?? 0];
  const depth = level?.lineage.length ?? 0;
  return level?.isFromInputs ? depth - 1 : depth;
}
