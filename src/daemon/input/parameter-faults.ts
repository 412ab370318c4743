import type { z } from "zod";
import type { BlockManifest } from "../../blocks/contract/block.ts";
import type { Plan, PlanInput } from "../../compiler/plan.ts";
import { valueFaults } from "../../compiler/value-faults.ts";
import { isDetections } from "../../kinds/detections.ts";
import { isImage } from "../../kinds/image.ts";
import type { InputFault } from "./runtime-inputs.ts";

type Blocks = ReadonlyMap<string, BlockManifest>;

/**
 * Faults of parameter values: each value is checked as if it were written where its selector is, if
 * a property consists of nothing else. `values` has null for a parameter without one, and nothing for one that is
 * not to be checked. Values that JSON cannot write pass: their kinds were checked before.
 */
export function parameterFaults(
  plan: Plan,
  values: Readonly<Record<string, unknown>>,
  { blocks, words = () => null }: { blocks: Blocks; words?: Around["words"] },
): InputFault[] {
  return plan.inputs.flatMap((input) => (input.batch ? [] : faultsOf(input, { plan, values, blocks, words })));
}

/** Words in place of a value that was not written as it is. */
export interface ValueWords {
  found: string;
  /** What is expected where a literal is taken. */
  expected: (literal: z.ZodType) => string;
}

interface Around {
  plan: Plan;
  values: Readonly<Record<string, unknown>>;
  blocks: Blocks;
  /** Null for a value that is shown itself. */
  words: (input: string) => ValueWords | null;
}

function faultsOf({ name, slot }: PlanInput, { plan, values, blocks, words }: Around): InputFault[] {
  const value = values[name];
  if (value === undefined || !isJson(value)) return [];
  return plan.steps.flatMap((step) => {
    const block = blocks.get(step.type);
    const whole = step.bindings.filter((binding) => binding.slot === slot && binding.key === null);
    return whole.flatMap(({ property }) => {
      const what = value === null ? lack(property, block) : misfits(value, literalOf(property, block), words(name));
      const start = `parameter "${name}", which is "${property}" of step "${step.name}" (${step.type}),`;
      return what.map((end) => ({ input: name, message: `${start} ${end}` }));
    });
  });
}

/** The schema of the literal does not know whether the property may be left out. */
function lack(property: string, block: BlockManifest | undefined): string[] {
  const field = block?.schema.shape[property];
  const port = block?.ports[property];
  if (field === undefined || port === undefined || field.safeParse(null).success) return [];
  // Null is a value where any is taken.
  return port.literal === null && port.kinds.includes("*") ? [] : ["has no value"];
}

function misfits(value: unknown, literal: z.ZodType | null, words: ValueWords | null): string[] {
  const parsed = literal?.safeParse(value);
  if (literal === null || parsed === undefined || parsed.success) return [];
  if (words !== null) return [`is ${words.found}, ${words.expected(literal)}`];
  return valueFaults(parsed.error, value).map(({ what }) => what);
}

function literalOf(property: string, block: BlockManifest | undefined): z.ZodType | null {
  return block?.ports[property]?.literal ?? null;
}

/** Times, bytes, pictures and detections are no JSON any more. */
function isJson(value: unknown): boolean {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return true;
  return Object.getPrototypeOf(value) === Object.prototype && !isImage(value) && !isDetections(value);
}
