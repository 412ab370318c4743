import { StepError } from "../base/errors.ts";
import type { Block } from "../blocks/contract/block.ts";
import type { PlanBinding, PlanGate, PlanStep } from "../compiler/plan.ts";
import { kindFault } from "../kinds/kind-fault.ts";
import { ancestor, type Level } from "./levels.ts";
import type { Values } from "./values.ts";

/** A step's inputs for one element, or null when a gate is closed or a value is missing there. */
export type ReadElement = (i: number, level: Level, values: Values) => Record<string, unknown> | null;

/** Elements one level deeper, whose values are in the lists that the block gets for element `i`. */
export type ReadChildren = (i: number, values: Values) => readonly number[];

/** How a step reads its elements: decided once, so that the frame path only copies values. */
export function elementReader(
  step: PlanStep,
  block: Pick<Block, "acceptsEmpty" | "outputOffset" | "runMany">,
): ReadElement {
  const { acceptsEmpty } = block;
  const childrenOf = childReader(step, acceptsEmpty);
  const gates = step.gates.filter((gate) => gate.reach === "element");
  const finer = step.gates.filter((gate) => gate.reach === "children");
  const whole = step.bindings.filter((binding) => binding.key === null);
  const keyed = step.bindings.filter((binding) => binding.key !== null);
  const containers = [...new Set(keyed.map((binding) => binding.property))];
  // A missing single value leaves out a step that runs once; a missing batch value leaves out its element.
  const dropping = ({ reach, isParameter }: PlanBinding) => !isParameter && (reach !== "scalar" || !step.simd);
  const drops = new Set(acceptsEmpty ? [] : step.bindings.filter(dropping));

  // A block for whole batches that makes one value of all elements makes one of none as well.
  const takesNone = block.runMany !== null && block.outputOffset < 0 && step.level === 0 && step.simd;

  const read = (binding: PlanBinding, i: number, children: readonly number[], values: Values): unknown => {
    const column = values.column(binding.slot);
    if (binding.reach === "element") return column[i] ?? null;
    if (binding.reach === "scalar") return column[0] ?? null;
    return children.length === 0 && !takesNone
      ? null
      : children.map((child) => childValue(binding, child, finer, values));
  };

  return (i, level, values) => {
    if (!isOpen(gates, i, level, values)) return null;
    const children = childrenOf(i, values);
    const inputs: Record<string, unknown> = { ...step.literals };
    for (const binding of whole) {
      const value = read(binding, i, children, values);
      if (value === null && drops.has(binding)) return null;
      if (binding.heldTo.length > 0) hold(binding, value);
      inputs[binding.property] = value;
    }
    for (const property of containers) inputs[property] = copy(inputs[property]);
    for (const binding of keyed) {
      const value = read(binding, i, children, values);
      if (value === null && drops.has(binding)) return null;
      if (binding.heldTo.length > 0) hold(binding, value);
      (inputs[binding.property] as Record<string, unknown>)[binding.key as string] = value;
    }
    return inputs;
  };
}

/** Throws STEP_INPUT for a value of another kind than the property takes. */
function hold({ property, heldTo, reach }: PlanBinding, value: unknown): void {
  const isListed = Array.isArray(value) && (reach === "children" || reach === "repeated");
  const wrong = isListed
    ? value.map((item) => kindFault(item, heldTo)).find((fault) => fault !== null)
    : kindFault(value, heldTo);
  if (wrong) throw new StepError("STEP_INPUT", `"${property}" is ${wrong}`);
}

const NO_CHILDREN: readonly number[] = [];

/** A child that is gated or lacks one of its values is left out of every list, unless the block accepts empty values. */
export function childReader({ children, bindings, gates }: PlanStep, acceptsEmpty: boolean): ReadChildren {
  if (children === null) return () => NO_CHILDREN;
  const lists = bindings.filter(({ reach }) => reach === "children" || reach === "repeated");
  const finer = gates.filter((gate) => gate.reach === "children");
  const has = (binding: PlanBinding, child: number, values: Values) => {
    if (binding.isParameter) return finer.every((gate) => values.isChosen(gate, child));
    return childValue(binding, child, finer, values) !== null;
  };
  return (i, values) => {
    const { starts } = values.level(children);
    const end = starts[i + 1] ?? 0;
    const found: number[] = [];
    for (let child = starts[i] ?? 0; child < end; child++) {
      if (acceptsEmpty || lists.every((binding) => has(binding, child, values))) found.push(child);
    }
    return found;
  };
}

function isOpen(gates: readonly PlanGate[], i: number, level: Level, values: Values): boolean {
  for (const gate of gates) if (!values.isChosen(gate, ancestor(i, level, values.level(gate.level)))) return false;
  return true;
}

function childValue(binding: PlanBinding, child: number, finer: readonly PlanGate[], values: Values): unknown {
  for (const gate of finer) if (!values.isChosen(gate, child)) return null;
  return values.column(binding.slot)[binding.reach === "repeated" ? 0 : child] ?? null;
}

function copy(container: unknown): unknown {
  return Array.isArray(container) ? [...container] : { ...(container as object) };
}
